"""
Lend a migrated, seeded database of a project to somebody who wants to play with it.

It is a database like those that the checks work on: it lies on a server of our own, or beside the
others on a server that was given by URL, and is gone when the caller lets go of it, or is killed.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import psycopg
from alembic.util import CommandError
from psycopg import sql
from sqlalchemy import URL

from schemaproof.catalog import Catalog, QualifiedName, snapshot
from schemaproof.errors import SchemaproofError
from schemaproof.history import application_tables, ground, version_tables
from schemaproof.needing import schema_needed
from schemaproof.postgres import Connection, Database
from schemaproof.project import Project
from schemaproof.rows import RowMaker, Spread, Volume, assumed, load, populate, with_parents
from schemaproof.rows.bulk import Progress
from schemaproof.runner import Order, opened
from schemaproof.subject import Subject

# Enough to see how rows hang together, few enough to read.
FEW_ROWS = 10
FEW = Spread(fan_out=3)


class NoSuchTarget(SchemaproofError):
    """The revision that was asked for is not one of the history's."""


class ServerGone(SchemaproofError):
    """The server went away while somebody played."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """
    What the database is to hold.

    Attributes:
        rows: How many rows; of the table by which the project's population counts, if it declares
            one, else of each. None for a few of each.
        is_empty: Whether it is to hold none at all.
        revision: The revision, as Alembic's ``upgrade`` takes it.
    """

    rows: int | None = None
    is_empty: bool = False
    revision: str = "heads"


@dataclass(frozen=True, kw_only=True)
class Playground:
    """
    The database that is lent.

    Attributes:
        database: Where it is.
        counts: How many rows each table of the application holds.
        obstacles: The tables with fewer than were wished for, and what refused the others.
    """

    database: Database
    counts: Mapping[QualifiedName, int] = field(default_factory=dict)
    obstacles: Mapping[QualifiedName, str] = field(default_factory=dict)

    @property
    def url(self) -> URL:
        """
        Its URL as psql, libpq and SQLAlchemy take it; it may hold a password.
        """
        return self.database.url.set(drivername="postgresql")

    def wait(self) -> None:
        """
        Return never, unless a signal's handler raises.

        Raises:
            ServerGone: The server went away.
        """
        while True:
            try:
                with self.database.server.connect(self.database.name) as watcher:
                    # What the server says unasked is that it ends the session, or itself.
                    select.select([watcher.fileno()], [], [])
            except psycopg.OperationalError as error:
                raise ServerGone(
                    "needs the server that holds the database; it is gone: run it again"
                ) from error


@contextmanager
def playground(
    project: Project, order: Order, wish: Wish, progress: Progress | None = None
) -> Iterator[Playground]:
    """
    Lend a database of the project; afterwards nothing of it is left.

    Args:
        project: The subject.
        order: On which server.
        wish: What is to be in it.
        progress: Told of each table's rows while they are made.

    Raises:
        SchemaproofError: There is no such server or revision, or the project's code raises.
    """
    with opened(project, order) as subject:
        with schema_needed("to play with"):
            template = _template(subject, wish.revision)
        with subject.databases.clone(template) as database:
            yield _seeded(subject, database, wish, progress)


def _template(subject: Subject, revision: str) -> Database:
    if revision in ("head", "heads"):
        return subject.migrated
    subject.project.metadata  # noqa: B018 - models that are broken say so first
    history = subject.history
    try:
        history.scripts.get_revisions(revision)
    except CommandError as error:
        known = ", ".join(one.id for one in history.revisions)
        raise NoSuchTarget(
            f"--revision needs one of the history's; found {revision!r}: give one of {known}"
        ) from error
    return subject.databases.template(
        f"up to {revision}",
        lambda database: history.upgrade(database, to=revision),
        source=ground(history, subject.databases),
    )


def _seeded(
    subject: Subject, database: Database, wish: Wish, progress: Progress | None
) -> Playground:
    with database.connect(autocommit=True) as connection:
        catalog = snapshot(connection)
        ours = application_tables(catalog)
        obstacles: dict[QualifiedName, str] = {}
        if not wish.is_empty:
            volumes = _volumes(subject, catalog, wish.rows)
            # Moments and enumerations come from the volumes; shapes know what hints say.
            maker = RowMaker(
                catalog=catalog, connection=connection, shapes=subject.shapes, with_states=False
            )
            obstacles = {
                table: one.obstacle
                for table, one in load(maker, volumes, progress=progress).items()
                if one.obstacle is not None
            }
            others = {table.qualified_name for table in catalog.tables} - {*ours} | {*volumes}
            obstacles |= populate(catalog, connection, rows=FEW_ROWS, skip=others)
        counts = {table: _count(connection, table) for table in ours}
    return Playground(database=database, counts=counts, obstacles=obstacles)


def _volumes(
    subject: Subject, catalog: Catalog, rows: int | None
) -> Mapping[QualifiedName, Volume]:
    hidden = version_tables(catalog)
    chosen = dict(assumed(catalog, rows or FEW_ROWS))
    population = subject.workload.population
    if rows is None:
        # Ten children to a parent would give all of them the same one.
        chosen = {
            table: replace(volume, keys=dict.fromkeys(volume.keys, FEW))
            for table, volume in chosen.items()
        }
    elif population is not None:
        # At an earlier revision some of them are not there.
        declared = {
            table: volume
            for table, volume in population.at(rows).items()
            if catalog.table(*table) is not None
        }
        chosen |= with_parents(declared, catalog)
    return {table: volume for table, volume in chosen.items() if table not in hidden}


def _count(connection: Connection, table: QualifiedName) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table))
    return int((connection.execute(query).fetchone() or (0,))[0])
