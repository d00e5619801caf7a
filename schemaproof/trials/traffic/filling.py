"""
Fill the tables of a database to a size, wherever they are others than when they were filled.

What the tables promise at the end of the history is kept from the beginning: the checks are in
force while they are filled, the unique keys are heeded. So a revision that adds one does not fail
for rows that nobody would have.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import psycopg
from psycopg import sql

from schemaproof.catalog import Catalog, QualifiedName, snapshot
from schemaproof.history import application_tables
from schemaproof.postgres import Connection
from schemaproof.rows import Multiplied, RowMaker, Shapes, multiply


class Filling:
    """
    The rows of one database that goes along a history.

    Attributes:
        grown: What has become of each table.
    """

    def __init__(self, rows: int, *, foreseen: Catalog) -> None:
        self.grown: dict[QualifiedName, Multiplied] = {}
        self._rows, self._foreseen = rows, foreseen
        self._seen: dict[QualifiedName, tuple[object, ...]] = {}
        # A child's row may need another parent: it is to be as full as those that are there.
        self._shapes = Shapes()
        self._serial = itertools.count(1)

    def fill(self, catalog: Catalog, connection: Connection) -> None:
        """
        Fill the tables that are new, have changed, or have lost their rows.
        """
        tables = application_tables(catalog)
        changed = [
            table
            for table in tables
            if self._seen.get(table) != self._signature(table, catalog, connection)
        ]
        for table in changed:
            self._shapes.pop(table, None)
        with self._foreseen_checks(catalog, connection):
            grown = self._multiply(self._with_foreseen_keys(connection), connection, changed)
        # Rows that are mended on the way satisfy what comes later only when it comes.
        hindered = [table for table in changed if grown[table].obstacle]
        grown |= self._multiply(catalog, connection, hindered)
        self.grown = {table: one for table, one in self.grown.items() if table in tables} | grown
        self._seen = {table: self._signature(table, catalog, connection) for table in tables}

    def _multiply(
        self, catalog: Catalog, connection: Connection, tables: Iterable[QualifiedName]
    ) -> dict[QualifiedName, Multiplied]:
        maker = RowMaker(
            catalog=catalog, connection=connection, shapes=self._shapes, serial=self._serial
        )
        return multiply(maker, tables, rows=self._rows, foreseen=self._foreseen)

    def _with_foreseen_keys(self, connection: Connection) -> Catalog:
        catalog = snapshot(connection)
        known = {index.definition for index in catalog.indexes}
        coming = [
            index
            for index in self._foreseen.indexes
            if index.is_unique and index.definition not in known
        ]
        return replace(catalog, indexes=(*catalog.indexes, *coming))

    @contextmanager
    def _foreseen_checks(self, catalog: Catalog, connection: Connection) -> Iterator[None]:
        made: list[tuple[sql.Identifier, sql.Identifier]] = []
        for number, check in enumerate(self._foreseen.constraints):
            known = {each.expression for each in catalog.constraints_of(check.table)}
            if check.kind != "check constraint" or check.is_inherited or check.expression in known:
                continue
            parts = sql.Identifier(*check.table), sql.Identifier(f"schemaproof_foreseen_{number}")
            # It may speak of what is not there yet.
            with suppress(psycopg.Error):
                connection.execute(
                    sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} CHECK ({}) NOT VALID").format(
                        *parts, sql.SQL(check.expression or "")
                    )
                )
                made.append(parts)
        try:
            yield
        finally:
            for parts in made:
                connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*parts))

    def _signature(
        self, table: QualifiedName, catalog: Catalog, connection: Connection
    ) -> tuple[object, ...]:
        query = sql.SQL("SELECT count(*) >= {} FROM {}").format(
            sql.Literal(self._rows), sql.Identifier(table.schema, table.name)
        )
        (is_full,) = connection.execute(query).fetchone() or (False,)
        return (
            is_full,
            catalog.columns_of(table),
            catalog.constraints_of(table),
            catalog.indexes_of(table),
        )
