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
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from schemaproof.errors import SchemaproofError
from schemaproof.history._environment import TURN, given
from schemaproof.history.revision import MigrationFailed, Revision
from schemaproof.postgres import Database, Databases

# A kept database takes about 8 MB; what lies between two of them is run again.
MOST_KEPT = 16


class NoSuchHistory(SchemaproofError):
    """The configured Alembic file or its script location is not there."""


class History:
    """
    One Alembic history.

    Attributes:
        ini: The project's ``alembic.ini``.
    """

    def __init__(self, ini: Path, *, url_env: tuple[str, ...] = ()) -> None:
        self.ini = ini
        self._url_env = url_env

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
                return ScriptDirectory.from_config(Config(str(self.ini)))
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
                )
                for script in reversed(found)
            )

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """
        The revisions that nothing builds on.
        """
        return _heads(self.revisions)

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

    def undo(self, database: Database, revision: Revision) -> None:
        """
        Downgrade ``database`` by one revision, which must be one of its heads.

        Raises:
            MigrationFailed: As `upgrade`.
        """
        # Alembic names the state before the first revision "base".
        below = revision.parents[0] if revision.parents else "base"
        # "revision@" keeps to its own branch: another one on the same parent stays.
        target = f"{revision.id}@{below}"
        with self._given(database) as config, self._blaming(f"downgrade of {revision.id}"):
            command.downgrade(config, target)

    @contextlib.contextmanager
    def before(self, revision: Revision, databases: Databases) -> Iterator[Database]:
        """
        Lend a database to which all that comes before ``revision`` has been applied.

        Raises:
            MigrationFailed: One of the earlier revisions raised.
        """
        index = self.revisions.index(revision)
        with databases.clone(self._kept(index - index % self._stride, databases)) as database:
            self._apply(database, index)
            yield database

    @property
    def _stride(self) -> int:
        return 1 + len(self.revisions) // MOST_KEPT

    def _kept(self, count: int, databases: Databases) -> Database | None:
        if count == 0:
            return None
        source = self._kept(count - self._stride, databases)
        return databases.template(
            f"history_{count}", lambda database: self._apply(database, count), source=source
        )

    def _apply(self, database: Database, count: int) -> None:
        for head in _heads(self.revisions[:count]):
            self.upgrade(database, head)

    def _given(self, database: Database) -> contextlib.AbstractContextManager[Config]:
        return given(database, ini=self.ini, url_env=self._url_env)

    @contextlib.contextmanager
    def _blaming(self, step: str) -> Iterator[None]:
        try:
            yield
        except SchemaproofError:
            raise
        except (Exception, SystemExit) as error:
            folder = Path(self.scripts.dir).absolute()
            raise MigrationFailed(error, step=step, scripts=folder) from error


def _heads(revisions: tuple[Revision, ...]) -> tuple[str, ...]:
    built_on = {parent for revision in revisions for parent in revision.parents}
    return tuple(revision.id for revision in revisions if revision.id not in built_on)


def _as_tuple(down_revision: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    if down_revision is None:
        return ()
    return (down_revision,) if isinstance(down_revision, str) else tuple(down_revision)
