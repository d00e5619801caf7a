"""
Plant graphs of rows in a database, each gone again before the next, and change them.

PostgreSQL looks at foreign keys when the statement ends, so one statement inserts a whole graph,
cycles of NOT NULL keys included, and one reads it back: a graph costs one round trip.

Source: https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import psycopg
from psycopg.rows import tuple_row

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.errors import first_line
from schemaproof.postgres import Connection
from schemaproof.postgres.sqlstates import NOT_NULL_VIOLATION
from schemaproof.rows.graph import Graph
from schemaproof.rows.maker import Row
from schemaproof.rows.operation import Operation
from schemaproof.rows.refused import Moment, Refused
from schemaproof.rows.shapes import NoRowFound
from schemaproof.rows.texts import identifier, insertion, operating, reading

# What was rolled back still takes room, which every look at a small table would walk through.
SWEEP_AFTER = 250


class Planting:
    """
    Where graphs are planted.

    Attributes:
        catalog: What the connection's database contains.
        connection: In autocommit mode, and used by nobody else meanwhile.
        commits: Whether graphs are committed before they are changed, as they are in production.
            Then their tables are emptied afterwards, and all that a key joins; it takes longer.
        tables: The tables that are read: all that a key joins.
    """

    def __init__(self, catalog: Catalog, connection: Connection, *, commits: bool = False) -> None:
        self.catalog, self.connection, self.commits = catalog, connection, commits
        keys = catalog.foreign_keys
        self.tables = sorted({key.table for key in keys} | {key.target for key in keys}, key=str)
        self._planted = 0
        # Then rows are met in the order in which they lie, and that is what the law goes by.
        connection.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")

    @contextmanager
    def planted(self, graph: Graph) -> Iterator[list[Row]]:
        """
        Lend a transaction in which the graph is there, and the rows as they are read from it.

        Raises:
            NoRowFound: The server takes no such graph.
        """
        self._planted += 1
        if self._planted % SWEEP_AFTER == 0:
            self.connection.execute(self._sweep)
        try:
            yield self._plant(graph)
        finally:
            self.connection.execute(self._end(graph))

    def answer(self, operation: Operation) -> list[Row] | Refused:
        """
        Carry out the operation, and return the rows that are left, or who refused.
        """
        try:
            self.connection.execute(operating(operation, self.catalog))
        except psycopg.DatabaseError as error:
            return _refused(error, "statement")
        try:
            return self._rows("SET CONSTRAINTS ALL IMMEDIATE", self._read)
        except psycopg.DatabaseError as error:
            return _refused(error, "commit")

    def _plant(self, graph: Graph) -> list[Row]:
        try:
            inserted = insertion(graph, self.catalog)
            middle = ["COMMIT", "BEGIN"] if self.commits else self._flush
            return self._rows("BEGIN", inserted, *middle, self._read)
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            diag = error.diag
            table = QualifiedName(diag.schema_name or "", diag.table_name or "")
            named = diag.constraint_name
            raise NoRowFound(table, f"constraint {named}" if named else str(error)) from error

    def _rows(self, *statements: str) -> list[Row]:
        with self.connection.cursor(row_factory=tuple_row) as cursor:
            # Without parameters psycopg sends them all at once.
            cursor.execute("; ".join(statements).encode())
            while cursor.nextset():
                pass
            return [
                Row(self.tables[number], dict(zip(self._columns[number], texts, strict=True)))
                for number, texts in cursor.fetchall()
            ]

    @cached_property
    def _columns(self) -> list[tuple[str, ...]]:
        return [telling_columns(self.catalog, table) for table in self.tables]

    @cached_property
    def _read(self) -> str:
        return reading(zip(self.tables, self._columns, strict=True))

    @cached_property
    def _flush(self) -> list[str]:
        # Rows that were there before the transaction leave no question open.
        keys = self.catalog.foreign_keys
        deferred = {identifier(key.table.schema, key.name) for key in keys if key.is_deferred}
        again = [f"SET CONSTRAINTS {', '.join(sorted(deferred))} DEFERRED"] if deferred else []
        return (
            ["SET CONSTRAINTS ALL IMMEDIATE", *again] if any(k.is_deferrable for k in keys) else []
        )

    @cached_property
    def _sweep(self) -> bytes:
        return f"VACUUM {', '.join(identifier(*table) for table in self.tables)}".encode()

    def _end(self, graph: Graph) -> bytes:
        tables = {*self.tables, *(row.table for row in graph.rows)}
        named = ", ".join(identifier(*table) for table in sorted(tables, key=str))
        return f"ROLLBACK; TRUNCATE {named} CASCADE".encode() if self.commits else b"ROLLBACK"


def telling_columns(catalog: Catalog, table: QualifiedName) -> tuple[str, ...]:
    """
    Return the columns that the law reads: of the primary key, or all, of keys and unique indexes.
    """
    own = catalog.primary_key_of(table) or tuple(catalog.types_of(table))
    pointing = [name for key in catalog.foreign_keys_of(table) for name in key.columns]
    pointed_at = [name for key in catalog.foreign_keys_to(table) for name in key.target_columns]
    unique = [key for index in catalog.indexes_of(table) if index.is_unique for key in index.keys]
    differing = [key.column for key in unique if key.column is not None]
    return tuple(dict.fromkeys([*own, *pointing, *pointed_at, *differing]))


def _refused(error: psycopg.DatabaseError, at: Moment) -> Refused:
    if isinstance(error, psycopg.OperationalError):
        raise error  # the server is in trouble, which is no answer
    sqlstate = error.sqlstate or ""
    column = error.diag.column_name if sqlstate == NOT_NULL_VIOLATION else None
    by = column or error.diag.constraint_name or first_line(error)
    return Refused(by, sqlstate, at)
