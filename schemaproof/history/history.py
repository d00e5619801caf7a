"""
Know the revisions of a project and move databases along them.

Source: https://alembic.sqlalchemy.org/en/latest/api/script.html
"""

from __future__ import annotations

import configparser
import contextlib
import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import NullPool, create_engine

from schemaproof.errors import SchemaproofError
from schemaproof.history._environment import (
    TURN,
    Environment,
    Setting,
    read_configuration,
    standing_in,
)  # fmt: skip
from schemaproof.history.revision import MigrationFailed, Revision
from schemaproof.history.walk import (
    Itinerary,
    ItineraryFailed,
    Walker,
    Watch,
    alembic_steps,
    statements_noted,
)  # fmt: skip
from schemaproof.postgres import Database


class NoSuchHistory(SchemaproofError):
    """The configured Alembic file or its script location is not there."""


class NoSuchRevision(SchemaproofError):
    """The configuration names a revision that is not there."""


class BadDeclaration(SchemaproofError):
    """A migration declares something that cannot be read."""


class BootstrapFailed(SchemaproofError):
    """What makes the tables before the first revision raised."""

    def __init__(self, error: BaseException) -> None:
        frames = [*traceback.extract_tb(error.__traceback__)]
        own = [each for each in frames if "site-packages" not in each.filename]
        frame = own[-1]
        told = " ".join(str(getattr(error, "orig", None) or error).split())
        super().__init__(
            "bootstrap must make what is there before the first revision, by a SQLAlchemy "
            f"Connection to an empty database; it raised {type(error).__name__}: {told} "
            f"({Path(frame.filename).name}:{frame.lineno})"
        )


class History:
    """
    One Alembic history.

    Attributes:
        setting: What is around the project's ``env.py`` when it runs.
        ini: The project's ``alembic.ini``.
    """

    def __init__(
        self, setting: Setting, *, downgrade_floor: str | None = None, deployed: str | None = None
    ) -> None:
        self.setting = setting
        self.ini = setting.ini
        self._downgrade_floor = downgrade_floor
        self._deployed = deployed
        self._environment = Environment(setting)

    @cached_property
    def scripts(self) -> ScriptDirectory:
        """
        Alembic's own view of the files.

        Raises:
            NoSuchHistory: ``alembic.ini`` or the folder that it names is missing.
        """
        if not self.ini.is_file():
            raise NoSuchHistory(
                f"needs an Alembic configuration; found none at {self.ini}: "
                "mend 'alembic' in [tool.schemaproof]"
            )
        with TURN, contextlib.chdir(self.ini.parent):
            try:
                return ScriptDirectory.from_config(
                    read_configuration(self.ini, self.setting.section)
                )
            except (CommandError, configparser.Error) as error:
                raise NoSuchHistory(
                    f"{self.ini} names no migrations: {' '.join(str(error).split())}"
                ) from error

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """
        All revisions, each after those that it builds on.

        Raises:
            MigrationFailed: A file cannot be imported, or the files make no history.
        """
        with TURN, contextlib.chdir(self.ini.parent), self._blaming("reading the revisions"):
            found = list(self.scripts.walk_revisions())
            return tuple(
                Revision(
                    id=script.revision,
                    parents=_as_tuple(script.down_revision),
                    dependencies=self._resolved(script),
                    path=Path(script.path),
                    summary=script.doc or "",
                    has_downgrade=hasattr(script.module, "downgrade"),
                    accepted_losses=_accepted_losses(script),
                )
                for script in reversed(found)
            )

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """
        The revisions that nothing builds on.
        """
        return heads(self.revisions)

    @cached_property
    def irreversible(self) -> frozenset[str]:
        """
        The revisions that need no downgrade: the declared floor and all that it builds on.

        Raises:
            NoSuchRevision: The floor is none of the revisions.
        """
        return self._up_to(self._downgrade_floor, "downgrade_floor")

    @cached_property
    def deployed(self) -> frozenset[str]:
        """
        The revisions that have run in production: the declared one and all that it builds on.

        Raises:
            NoSuchRevision: It is none of the revisions.
        """
        return self._up_to(self._deployed, "deployed")

    def _up_to(self, last: str | None, key: str) -> frozenset[str]:
        if last is None:
            return frozenset()
        if all(one.id != last for one in self.revisions):
            raise NoSuchRevision(
                f"{key} must name a revision of {self.ini}; found {last!r}: "
                "give the identifier as the revision's file has it"
            )
        return frozenset(lineage({last}, self.revisions))

    def upgrade(self, database: Database, to: str = "heads") -> None:
        """
        Upgrade ``database`` with the project's own ``env.py``.

        Raises:
            MigrationFailed: A revision or ``env.py`` raised.
        """
        self._run(database, f"upgrade to {to}", lambda config: command.upgrade(config, to))

    def downgrade(self, database: Database, to: str) -> None:
        """
        Downgrade ``database``; ``to`` may be ``base``.

        Raises:
            MigrationFailed: As `upgrade`.
        """
        self._run(database, f"downgrade to {to}", lambda config: command.downgrade(config, to))

    def walk(self, database: Database, itinerary: Itinerary, watch: Watch | None = None) -> None:
        """
        Take ``database`` along an itinerary while ``env.py`` runs once.

        Args:
            database: A throwaway database.
            itinerary: Given where the walk is, a generator of steps; between them it may look.
            watch: Told of each statement when the server has done it, on its own connection.

        Raises:
            MigrationFailed: A step or ``env.py`` raised; the itinerary knows which step it was.
        """
        self.revisions  # noqa: B018 - as in `_run`
        with database.connect(autocommit=True) as reader:
            walker = Walker(reader)

            def steps(_heads: object, context: MigrationContext) -> Iterator[MigrationStep]:
                walker.arrive(context)
                yield from alembic_steps(itinerary(walker), walker, self.scripts)

            def go(config: Config) -> None:
                environment = EnvironmentContext(
                    config, self.scripts, fn=steps, destination_rev="heads"
                )
                with self._blaming(walker), statements_noted(walker, watch), environment:
                    self.scripts.run_env()

            try:
                self._environment.run(database, go)
            except ItineraryFailed as error:
                raise error.__cause__ or error from None
            except MigrationFailed as error:
                error.statements = tuple(walker.statements)
                raise

    def bootstrap(self, database: Database) -> None:
        """
        Make the tables that are there before the first revision.

        Raises:
            BootstrapFailed: What makes them raised.
        """
        function = self.setting.bootstrap
        if function is None:
            return
        engine = create_engine(database.url, poolclass=NullPool)
        try:
            with self._environment.surroundings(), engine.connect() as connection:
                outcome = function(connection)
                if inspect.iscoroutine(outcome):
                    outcome.close()
                    raise TypeError("a coroutine function, and it must be a plain one")
                connection.commit()
        except SchemaproofError:
            raise
        except (Exception, SystemExit) as error:
            raise BootstrapFailed(error) from error
        finally:
            engine.dispose()

    def standing_in(self) -> contextlib.AbstractContextManager[None]:
        """
        Give ``url_env`` a value, where it has none, while the models are imported.
        """
        return standing_in(self.setting.url_env)

    def _resolved(self, script: Script) -> tuple[str, ...]:
        # They may be named by a label, or by the beginning of a revision.
        named = _as_tuple(script.dependencies)
        found = [one for name in named for one in self.scripts.get_revisions(name) if one]
        return tuple(one.revision for one in found)

    def _run(self, database: Database, step: str, action: Callable[[Config], None]) -> None:
        self.revisions  # noqa: B018 - so that one of them can be blamed

        def go(config: Config) -> None:
            with self._blaming(step):
                action(config)

        self._environment.run(database, go)

    @contextlib.contextmanager
    def _blaming(self, step: object) -> Iterator[None]:
        try:
            yield
        except (SchemaproofError, ItineraryFailed):
            raise
        except (Exception, SystemExit) as error:
            raise MigrationFailed(error, step=str(step), files=self._files()) from error

    def _files(self) -> dict[Path, str | None]:
        # What could not be read names no files, and then env.py alone can be to blame.
        known = self.__dict__.get("revisions", ())
        files: dict[Path, str | None] = {one.path.absolute(): one.id for one in known}
        return files | {Path(self.scripts.dir).absolute(): None}


def heads(revisions: tuple[Revision, ...]) -> tuple[str, ...]:
    """
    Return those revisions' identifiers that no other of them builds on.
    """
    built_on = {parent for revision in revisions for parent in revision.parents}
    return tuple(revision.id for revision in revisions if revision.id not in built_on)


def lineage(names: Iterable[str], revisions: tuple[Revision, ...]) -> set[str]:
    """
    Return the revisions named and all that they build on or depend on.
    """
    known = {one.id: one for one in revisions}
    found, open_ends = set(names), list(names)
    while open_ends:
        one = known.get(open_ends.pop())
        below = {*one.parents, *one.dependencies} - found if one else set()
        found |= below
        open_ends.extend(below)
    return found


def _accepted_losses(script: Script) -> dict[str, str]:
    losses = getattr(script.module, "accepted_losses", {})
    sound = isinstance(losses, dict) and all(
        isinstance(word, str) and word.strip() for item in losses.items() for word in item
    )
    if not sound:
        raise BadDeclaration(
            f"accepted_losses in {script.path} must be a dict of names and reasons, like "
            f'{{"orders.note": "why"}}; found {losses!r}'
        )
    return losses


def _as_tuple(down_revision: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    if down_revision is None:
        return ()
    return (down_revision,) if isinstance(down_revision, str) else tuple(down_revision)
