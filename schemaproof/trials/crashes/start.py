"""
Know what a revision does when nothing comes in between, with rows in the tables.

The rows satisfy the schema before the revision. Where it fails with them, rows that the schema
above it takes are tried, and at last none: what rows a revision does not survive is told elsewhere.

Nothing here looks further than one revision, so that the price of a history grows as its length.
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
        statements: What the revision sends, and what ``env.py`` sends after it.
        unstable: What is not the same in every run.
    """

    revision: Revision
    template: Database
    reader: Reader
    before: State
    after: State
    statements: tuple[Statement, ...]
    unstable: Unstable


class Starts:
    """
    The starts of a history's revisions, one after the other.
    """

    def __init__(self, history: History, databases: Databases) -> None:
        self._history, self._databases = history, databases
        self._made: list[Database] = []

    def __iter__(self) -> Iterator[Start]:
        """
        Yield the start of each revision; its template goes when the next one is asked for.

        Raises:
            MigrationFailed: A revision raised, without rows too.
        """
        source = ground(self._history, self._databases)
        bare = self._databases.template("bare", lambda _: None, source=source)
        for revision in self._history.revisions:
            yield self._start(revision, bare)
            self._made.append(bare)
            bare = self._databases.template(
                f"after {revision.id}",
                partial(self._walk, revision),
                source=bare,
            )
            while self._made:
                self._databases.drop(self._made.pop())

    def _start(self, revision: Revision, bare: Database) -> Start:
        for label, fill in (
            ("rows", self._fill),
            ("rows from above", partial(self._fill_from_above, revision, bare)),
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
        with self._databases.copied(template) as database:
            # What a run that was killed has taken from a sequence is not given back.
            _take_from_sequences(database, before.catalog)
            self._walk(revision, database)
            other = reader.read(database)
        return Start(
            revision=revision,
            template=template,
            reader=reader,
            before=before,
            after=after,
            statements=tuple(statements),
            unstable=unstable(after, other),
        )

    def _fill(self, connection: Connection) -> None:
        catalog = snapshot(connection)
        populate(catalog, connection, skip=version_tables(catalog))

    def _fill_from_above(self, revision: Revision, bare: Database, connection: Connection) -> None:
        with self._databases.copied(bare) as database:
            self._walk(revision, database)
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
