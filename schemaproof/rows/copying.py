"""
Write the statement that copies one row of a table as often as wanted.

Its unique columns get a fresh value for each copy, its foreign keys are spread over the parents,
what was declared of other columns is heeded, and everything else stays as the constraints took it.

Source: https://www.postgresql.org/docs/current/functions-srf.html
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from psycopg import sql

from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.rows.candidates import is_counted
from schemaproof.rows.fresh import fresh
from schemaproof.rows.maker import Row, RowMaker
from schemaproof.rows.makeup import Makeup
from schemaproof.rows.parentage import joined
from schemaproof.rows.statements import bare_relation, listed
from schemaproof.rows.volume import Volume


@dataclass(frozen=True, kw_only=True)
class Way:
    """
    One way to copy.

    Attributes:
        spreads: Whether foreign keys are spread over the parents.
        is_other_way: Which of two ways makes values fresh.
    """

    spreads: bool
    is_other_way: bool


WAYS = tuple(
    Way(spreads=spreads, is_other_way=other)
    for spreads, other in itertools.product((True, False), (False, True))
)


class Copying:
    """
    How the rows of one table are copied.

    Args:
        table: The table.
        maker: Made the row to copy, on a connection to the table's database.
        foreseen: What the database will contain later; its foreign keys are heeded too.
        volume: How many rows are wanted, and how they are spread.
    """

    def __init__(
        self, table: QualifiedName, maker: RowMaker, foreseen: Catalog, volume: Volume
    ) -> None:
        self._table, self._connection = table, maker.connection
        self._makeup = Makeup.of(table, maker.catalog, volume, foreseen)

    def statement(self, row: Row, way: Way) -> sql.Composable:
        """
        Return what inserts a copy of a row for each number of a ``series``.
        """

        def differing(column: Column, text: str) -> sql.Composable:
            return fresh(column, text, self._connection, is_other_way=way.is_other_way)

        expressions: dict[str, sql.Composable] = {}
        sources: list[sql.Composable] = []
        if way.spreads:
            expressions, sources = joined(self._makeup.parentage, self._connection)
        for column in self._makeup.columns:
            if column.name not in expressions and not is_counted(column):
                text = row.values[column.name]
                expressions[column.name] = self._makeup.value(column, text, differing)
        return self._insert(expressions, sources)

    def _insert(
        self, expressions: dict[str, sql.Composable], sources: list[sql.Composable]
    ) -> sql.Composable:
        # Without a column to name there is still a number of rows to insert. They lie as they came:
        # a join alone would give them in an order of its own.
        return sql.SQL("INSERT INTO {} {}SELECT {} FROM ").format(
            bare_relation(self._table),
            sql.SQL("({}) ").format(listed(map(sql.Identifier, expressions)))
            if expressions
            else sql.SQL(""),
            listed(expressions.values()),
        ) + listed([sql.SQL("series"), *sources, sql.SQL("ORDER BY n")], " ")


def numbered(copying: sql.Composable, first: int, last: int) -> sql.Composed:
    """
    Return the statement that inserts a copy for each number from the first to the last.
    """
    series = sql.SQL("WITH series AS (SELECT generate_series({}, {}) AS n) ").format(
        sql.Literal(first), sql.Literal(last)
    )
    return series + copying
