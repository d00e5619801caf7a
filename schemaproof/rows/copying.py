"""
Write the statement that copies one row of a table as often as wanted.

Its unique columns get a fresh value for each copy, its foreign keys are spread over the parents
that are there, everything else stays as the constraints took it.

Source: https://www.postgresql.org/docs/current/functions-srf.html
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from psycopg import sql

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.fresh import fresh, varied_columns
from schemaproof.rows.maker import Row
from schemaproof.rows.statements import listed
from schemaproof.rows.variety import is_counted

# As many parents as make a key's index look like one; more are joined for a unique key alone.
PARENTS = 1000


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
        catalog: What its database contains.
        connection: A connection to that.
        foreseen: What it will contain later; its foreign keys are heeded too.
    """

    def __init__(
        self, table: QualifiedName, catalog: Catalog, connection: Connection, foreseen: Catalog
    ) -> None:
        self.table, self.catalog, self.connection = table, catalog, connection
        self.foreseen = foreseen
        self.columns = [each for each in catalog.columns_of(table) if each.generated is None]
        self.keys = [*_separate(self._keys())]
        fixed = {name for key in self._keys() for name in key.columns}
        self.varied, self.paired = varied_columns(table, catalog, fixed)

    def statement(self, row: Row, way: Way, rows: int) -> sql.Composable:
        """
        Return what inserts a copy of the row for each number of a ``series``.

        Args:
            row: A row that the table took.
            way: How.
            rows: How many copies are wanted.
        """
        expressions: dict[str, sql.Composable] = {}
        sources: list[sql.Composable] = []
        divisor = 1
        for number, key in enumerate(self.keys if way.spreads else ()):
            most = self._most_parents(key, rows)
            size, source = self._parents(key, most, number, divisor)
            if size:
                sources.append(source)
                expressions |= {
                    name: sql.Identifier(f"p{number}", f"c{position}")
                    for position, name in enumerate(key.columns)
                }
                divisor *= size if self._is_paired(key) else 1
        for column in self.columns:
            text = row.values[column.name]
            if column.name in expressions or is_counted(column):
                continue
            if column.name in self.varied and text is not None:
                expressions[column.name] = fresh(
                    column, text, self.connection, is_other_way=way.is_other_way
                )
            else:
                expressions[column.name] = sql.SQL("{}::{}").format(
                    sql.Literal(text), sql.SQL(column.type)
                )
        return self._insert(expressions, sources)

    def _insert(
        self, expressions: dict[str, sql.Composable], sources: list[sql.Composable]
    ) -> sql.Composable:
        # Without a column to name there is still a number of rows to insert.
        return sql.SQL("INSERT INTO {} {}SELECT {} FROM ").format(
            _relation(self.table),
            sql.SQL("({}) ").format(listed(map(sql.Identifier, expressions)))
            if expressions
            else sql.SQL(""),
            listed(expressions.values()),
        ) + listed([sql.SQL("series"), *sources], " ")

    def _parents(
        self, key: ForeignKey, most: int, number: int, divisor: int
    ) -> tuple[int, sql.Composable]:
        target = [sql.Identifier(name) for name in key.target_columns]
        parents = sql.SQL("SELECT {} FROM {} WHERE ({}) IS NOT NULL LIMIT {}").format(
            listed(
                sql.SQL("{} AS {}").format(name, sql.Identifier(f"c{position}"))
                for position, name in enumerate(target)
            ),
            _relation(key.target),
            listed(target),
            sql.Literal(most),
        )
        counted = self.connection.execute(sql.SQL("SELECT count(*) FROM ({}) p").format(parents))
        size = (counted.fetchone() or (0,))[0]
        source = sql.SQL(
            "JOIN (SELECT *, row_number() OVER () - 1 AS i FROM ({}) p) {} ON {} = n / {} % {}"
        ).format(
            parents,
            sql.Identifier(f"p{number}"),
            sql.Identifier(f"p{number}", "i"),
            sql.Literal(divisor),
            sql.Literal(max(size, 1)),
        )
        return size, source

    def _most_parents(self, key: ForeignKey, rows: int) -> int:
        if any({*columns} <= {*key.columns} for columns in self.paired):
            return rows
        return PARENTS

    def _is_paired(self, key: ForeignKey) -> bool:
        return any({*columns} & {*key.columns} for columns in self.paired)

    def _keys(self) -> Iterator[ForeignKey]:
        here = {column.name for column in self.columns}
        for key in (*self.catalog.foreign_keys_of(self.table), *self._foreseen_keys()):
            there = {column.name for column in self.catalog.columns_of(key.target)}
            if {*key.columns} <= here and {*key.target_columns} <= there:
                yield key

    def _foreseen_keys(self) -> Iterator[ForeignKey]:
        known = {(key.columns, key.target) for key in self.catalog.foreign_keys_of(self.table)}
        for key in self.foreseen.foreign_keys_of(self.table):
            if (key.columns, key.target) not in known:
                yield key


def _separate(keys: Iterable[ForeignKey]) -> Iterator[ForeignKey]:
    # The widest first: a key on some of its columns is then satisfied by the same parent.
    taken: set[str] = set()
    for key in sorted(keys, key=lambda key: -len(key.columns)):
        if not taken & {*key.columns}:
            taken |= {*key.columns}
            yield key


def numbered(copying: sql.Composable, first: int, last: int) -> sql.Composed:
    """
    Return the statement that inserts a copy for each number from the first to the last.
    """
    series = sql.SQL("WITH series AS (SELECT generate_series({}, {}) AS n) ").format(
        sql.Literal(first), sql.Literal(last)
    )
    return series + copying


def _relation(table: QualifiedName) -> sql.Identifier:
    return sql.Identifier(table.schema, table.name)
