"""
Know the revisions of a project and move databases along them.

Source: https://alembic.sqlalchemy.org/en/latest/api/script.html
"""

from __future__ import annotations

import configparser
import contextlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError

from schemaproof.errors import SchemaproofError
from schemaproof.history._environment import TURN, given, read_configuration
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


class SeveralMigrations(SchemaproofError):
    """The project's env.py migrates more than one database or schema in one run."""

    def __init__(self, ini: Path) -> None:
        super().__init__(
            f"needs an env.py that calls run_migrations() once; that of {ini} calls it again, for "
            "another database or schema: configure one project for each"
        )


class History:
    """
    One Alembic history.

    Attributes:
        ini: The project's ``alembic.ini``.
        url_env: The environment variables that its ``env.py`` reads.
    """

    def __init__(
        self, ini: Path, *, url_env: tuple[str, ...] = (), downgrade_floor: str | None = None
    ) -> None:
        self.ini = ini
        self.url_env = url_env
        self._downgrade_floor = downgrade_floor

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
                return ScriptDirectory.from_config(read_configuration(self.ini))
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
        floor, parents = self._downgrade_floor, {one.id: one.parents for one in self.revisions}
        if floor is None:
            return frozenset()
        if floor not in parents:
            raise NoSuchRevision(
                f"downgrade_floor must name a revision of {self.ini}; found {floor!r}: "
                "give the identifier as the revision's file has it"
            )
        found, open_ends = {floor}, [floor]
        while open_ends:
            for parent in parents[open_ends.pop()]:
                if parent not in found:
                    found.add(parent)
                    open_ends.append(parent)
        return frozenset(found)

    def upgrade(self, database: Database, to: str = "heads") -> None:
        """
        Upgrade ``database`` with the project's own ``env.py``.

        Raises:
            MigrationFailed: A revision or ``env.py`` raised.
        """
        with self._given(database) as config, self._blaming(f"upgrade to {to}"):
            command.upgrade(config, to)

    def downgrade(self, database: Database, to: str) -> None:
        """
        Downgrade ``database``; ``to`` may be ``base``.

        Raises:
            MigrationFailed: As `upgrade`.
        """
        with self._given(database) as config, self._blaming(f"downgrade to {to}"):
            command.downgrade(config, to)

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
        with self._given(database) as config, database.connect(autocommit=True) as reader:
            walker = Walker(reader)

            def steps(_heads: object, context: MigrationContext) -> Iterator[MigrationStep]:
                if walker.has_arrived:
                    raise SeveralMigrations(self.ini)
                walker.arrive(context)
                yield from alembic_steps(itinerary(walker), walker, self.scripts)

            environment = EnvironmentContext(
                config, self.scripts, fn=steps, destination_rev="heads"
            )
            try:
                with self._blaming(walker), statements_noted(walker, watch), environment:
                    self.scripts.run_env()
            except ItineraryFailed as error:
                raise error.__cause__ or error from None
            except MigrationFailed as error:
                error.statements = tuple(walker.statements)
                raise

    def _given(self, database: Database) -> contextlib.AbstractContextManager[Config]:
        return given(database, ini=self.ini, url_env=self.url_env)

    @contextlib.contextmanager
    def _blaming(self, step: object) -> Iterator[None]:
        try:
            yield
        except (SchemaproofError, ItineraryFailed):
            raise
        except (Exception, SystemExit) as error:
            folder = Path(self.scripts.dir).absolute()
            raise MigrationFailed(error, step=str(step), scripts=folder) from error


def heads(revisions: tuple[Revision, ...]) -> tuple[str, ...]:
    """
    Return those revisions' identifiers that no other of them builds on.
    """
    built_on = {parent for revision in revisions for parent in revision.parents}
    return tuple(revision.id for revision in revisions if revision.id not in built_on)


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
