"""
Know what a revision does when nothing comes in between, with rows in the tables.

The rows satisfy the schema before the revision. Where the revision, or a later one, fails with
them, rows that the last schema takes are tried, and at last none: what rows a revision does not
survive is told elsewhere. Where a revision fails even so, those before it end just below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import psycopg
from psycopg import sql
from sqlalchemy import Connection as SqlalchemyConnection

from schemaproof.catalog import Catalog, snapshot
from schemaproof.history import (
    History,
    MigrationFailed,
    Revision,
    Statement,
    Step,
    Walker,
    ground,
    version_tables,
)
from schemaproof.history.history import heads
from schemaproof.postgres import Connection, Database, Databases
from schemaproof.rows import insert_content, populate
from schemaproof.trials.crashes.state import Reader, State, Unstable, unstable


@dataclass(frozen=True, kw_only=True)
class Start:
    """
    The database before a revision, and what becomes of it undisturbed.

    Attributes:
        revision: The revision.
        template: The database.
        reader: What reads it and its copies.
        before: What it holds.
        after: What it holds after the revision.
        head: What it holds after the whole history, as far as that can be run.
        finish: Upgrades a database that far.
        statements: What the revision sends, and what ``env.py`` sends after it.
        unstable: What is not the same in every run.
    """

    revision: Revision
    template: Database
    reader: Reader
    before: State
    after: State
    head: State
    finish: Callable[[Database], None]
    statements: tuple[Statement, ...]
    unstable: Unstable


class Starts:
    """
    The starts of a history's revisions, one after the other.
    """

    def __init__(self, history: History, databases: Databases) -> None:
        self._history, self._databases = history, databases
        self._goals: tuple[str, ...] = ("heads",)
        self._made: list[Database] = []

    def __iter__(self) -> Iterator[Start]:
        """
        Yield the start of each revision; its template goes when the next one is asked for.

        Raises:
            MigrationFailed: A revision raised, without rows too.
        """
        source = ground(self._history, self._databases)
        bare = self._databases.template("bare", lambda _: None, source=source)
        reached, failed = self._reach(bare)
        if failed:
            self._goals = heads(reached)
        for revision in reached:
            yield self._start(revision, bare)
            self._made.append(bare)
            bare = self._databases.template(
                f"after {revision.id}",
                partial(self._walk, revision),
                source=bare,
            )
            while self._made:
                self._databases.drop(self._made.pop())
        if failed:
            raise failed

    def _reach(self, bare: Database) -> tuple[tuple[Revision, ...], MigrationFailed | None]:
        """
        Return the revisions that can be run, and what the next one raised.
        """
        done: list[Revision] = []

        def itinerary(_walker: Walker) -> Iterator[Step]:
            for revision in self._history.revisions:
                yield Step(revision=revision, is_upgrade=True)
                done.append(revision)

        try:
            with self._databases.copied(bare) as database:
                self._history.walk(database, itinerary)
        except MigrationFailed as error:
            return tuple(done), error
        return tuple(done), None

    def _finish(self, database: Database) -> None:
        for goal in self._goals:
            self._history.upgrade(database, goal)

    def _start(self, revision: Revision, bare: Database) -> Start:
        for label, fill in (
            ("rows", self._fill),
            ("last rows", lambda connection: self._fill_from_above(connection, bare)),
        ):
            with suppress(MigrationFailed):
                return self._tried(revision, bare, label, fill)
        return self._tried(revision, bare, "no rows", lambda _: None)

    def _tried(
        self, revision: Revision, bare: Database, label: str, fill: Callable[[Connection], None]
    ) -> Start:
        def build(database: Database) -> None:
            with database.connect(autocommit=True) as connection:
                fill(connection)

        template = self._databases.template(f"before {revision.id}, {label}", build, source=bare)
        self._made.append(template)
        reader = Reader()
        with self._databases.copied(template) as database:
            before = reader.read(database)
            statements = self._walk(revision, database)
            after = reader.read(database)
            self._finish(database)
            head = reader.read(database)
        with self._databases.copied(template) as database:
            # What a run that was killed has taken from a sequence is not given back.
            _take_from_sequences(database, before.catalog)
            self._finish(database)
            other = reader.read(database)
        return Start(
            revision=revision,
            template=template,
            reader=reader,
            before=before,
            after=after,
            head=head,
            finish=self._finish,
            statements=tuple(statements),
            unstable=unstable(head, other),
        )

    def _fill(self, connection: Connection) -> None:
        catalog = snapshot(connection)
        populate(catalog, connection, skip=version_tables(catalog))

    def _fill_from_above(self, connection: Connection, bare: Database) -> None:
        with self._databases.copied(bare) as database:
            self._finish(database)
            with database.connect(autocommit=True) as above:
                self._fill(above)
            rows = Reader().read(database).rows
        catalog = snapshot(connection)
        there = {table.qualified_name for table in catalog.tables}
        insert_content(
            catalog, connection, {name: held for name, held in rows.items() if name in there}
        )

    def _walk(self, revision: Revision, database: Database) -> list[Statement]:
        sent: list[Statement] = []

        def itinerary(_walker: Walker) -> Iterator[Step]:
            yield Step(revision=revision, is_upgrade=True)

        def watch(_connection: SqlalchemyConnection, statement: Statement) -> None:
            sent.append(statement)

        self._history.walk(database, itinerary, watch)
        return sent


def _take_from_sequences(database: Database, catalog: Catalog) -> None:
    with database.connect(autocommit=True) as connection:
        for sequence in catalog.sequences:
            name = sql.Identifier(sequence.schema, sequence.name).as_string()
            # It may be at its end.
            with suppress(psycopg.Error):
                connection.execute("SELECT nextval(%s)", [name])
