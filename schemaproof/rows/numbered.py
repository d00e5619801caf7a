"""
Know everything of a table's rows by their numbers, parents' keys included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import psycopg
from psycopg import sql

from schemaproof.catalog import Column, ForeignKey, QualifiedName
from schemaproof.rows.candidates import is_counted
from schemaproof.rows.drawing import consecutive, drawn
from schemaproof.rows.fresh import OTHERS, fresh
from schemaproof.rows.kinds import plain_type
from schemaproof.rows.maker import Row, RowMaker
from schemaproof.rows.makeup import Makeup
from schemaproof.rows.parentage import from_parent
from schemaproof.rows.statements import bare_relation, listed
from schemaproof.rows.volume import FIRST, Volume

TRIED_ROWS = 500  # to see how many of them a block takes

Expressions = dict[str, sql.Composable]


class Numbered:
    """
    One table, of whose rows everything is known by their numbers.

    Args:
        table: The table.
        row: What its rows look like, but for what is declared or must differ.
        maker: Made that row, on a superuser's connection.
        volumes: How many rows each table has, and how they are spread.
    """

    def __init__(
        self,
        table: QualifiedName,
        row: Row,
        maker: RowMaker,
        volumes: Mapping[QualifiedName, Volume],
    ) -> None:
        self._table, self._row, self._connection = table, row, maker.connection
        self._volumes = volumes
        self._makeup = Makeup.of(table, maker.catalog, volumes[table])
        self._is_other_way = False
        self._fresh: dict[tuple[str, bool], sql.Composable] = {}

    def insert(self, tables: Mapping[QualifiedName, Numbered], most: int) -> str | None:
        """
        Insert the rows, or so many of them as ANALYZE would draw.

        Args:
            tables: All that have rows, by name.
            most: How many rows to insert at most.

        Returns:
            Why there are none, in the words of the server; None if there are.
        """
        told: str | None = None
        for self._is_other_way in (False, True):
            try:
                with self._connection.transaction():
                    self._fill(tables, most)
            except psycopg.Error as error:
                told = told or " ".join(str(error).split())
            else:
                return None
        return told

    def _fill(self, tables: Mapping[QualifiedName, Numbered], most: int) -> None:
        rows, a_block = self._makeup.volume.rows, 1
        if rows > most:
            with self._connection.transaction(force_rollback=True):
                self._insert(tables, consecutive(min(rows, TRIED_ROWS)))
                a_block = self._rows_of_a_block()
        self._insert(tables, drawn(rows, a_block, most) if rows > most else consecutive(rows))

    def _insert(self, tables: Mapping[QualifiedName, Numbered], series: sql.Composable) -> None:
        names = [column.name for column in self._makeup.columns]
        self._connection.execute(
            sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE {} ORDER BY n").format(
                bare_relation(self._table),
                listed(map(sql.Identifier, names)),
                self._rows(names, names, series, tables, frozenset()),
            )
        )

    def _rows_of_a_block(self) -> int:
        # The last block is not full.
        statement = sql.SQL(
            "SELECT count(*) / count(DISTINCT block) FROM ("
            "SELECT (ctid::text::point)[0] AS block, max((ctid::text::point)[0]) OVER () AS last"
            " FROM {}) AS each WHERE block < last HAVING count(*) > 0"
        )
        found = self._connection.execute(statement.format(bare_relation(self._table))).fetchone()
        return int(found[0]) if found else TRIED_ROWS

    def _rows(
        self,
        wanted: Iterable[str],
        names: Iterable[str],
        series: sql.Composable,
        tables: Mapping[QualifiedName, Numbered],
        below: frozenset[QualifiedName],
    ) -> sql.Composable:
        """
        Return a query for some columns, under other names, of the rows that ``series`` counts.
        """
        expressions, sources = self._of_parents({*wanted}, tables, below | {self._table})
        own = {column.name: column for column in self._makeup.columns}
        return sql.SQL("SELECT {} FROM ({}) series {}").format(
            listed(
                sql.SQL("{} AS {}").format(
                    expressions.get(column) or self._value(own[column]), sql.Identifier(name)
                )
                for column, name in zip(wanted, names, strict=True)
            ),
            series,
            listed(sources, " "),
        )

    def _of_parents(
        self,
        wanted: set[str],
        tables: Mapping[QualifiedName, Numbered],
        below: frozenset[QualifiedName],
    ) -> tuple[Expressions, list[sql.Composable]]:
        expressions: Expressions = {}
        sources: list[sql.Composable] = []

        def count(key: ForeignKey, most: int) -> int:
            volume = self._volumes.get(key.target)
            return min(most, volume.rows) if volume and key.target in tables else 0

        for number, (key, _, place) in enumerate(self._makeup.parentage.placed(count)):
            # Keys that run in a circle end where they meet themselves.
            if not wanted & {*key.columns} or (key.target in below and key.target != self._table):
                continue
            alias = f"p{number}"
            numbers = sql.SQL("SELECT {} + {} AS n").format(sql.Literal(FIRST), place)
            parent = tables[key.target]._rows(
                key.target_columns,
                [f"c{position}" for position in range(len(key.columns))],
                numbers,
                tables,
                below,
            )
            sources.append(
                sql.SQL("CROSS JOIN LATERAL ({}) {}").format(parent, sql.Identifier(alias))
            )
            expressions |= from_parent(key, alias)
        return expressions, sources

    def _value(self, column: Column) -> sql.Composable:
        if is_counted(column):
            number = OTHERS.get(plain_type(column), f"n - {FIRST} + 1")
            return sql.SQL("({})::{}").format(sql.SQL(number), sql.SQL(column.type))
        return self._makeup.value(column, self._row.values[column.name], self._differing)

    def _differing(self, column: Column, text: str) -> sql.Composable:
        # Once the rows are there, what they begin above would be another value; children ask then.
        key = column.name, self._is_other_way
        if key not in self._fresh:
            self._fresh[key] = fresh(column, text, self._connection, is_other_way=key[1])
        return self._fresh[key]
