"""
Spread many rows over the parents that are there, as SQL.

Each foreign key is a join with its numbered parents; which parent row ``n`` gets is for the
declared spread to say. Keys that are unique only together take every pair once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from psycopg import sql

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.statements import bare_relation, listed
from schemaproof.rows.volume import Volume


class Parentage:
    """
    The parents of one table's rows.

    Args:
        keys: The foreign keys to heed.
        paired: The columns of each unique index that has none but those of keys.
        volume: How many rows there are to be, and how they are spread.
        connection: Where the parents are.
    """

    def __init__(
        self,
        keys: Iterable[ForeignKey],
        paired: list[tuple[str, ...]],
        volume: Volume,
        connection: Connection,
    ) -> None:
        self._keys = [*_separate(keys)]
        self._paired, self._volume, self._connection = paired, volume, connection

    def join(self) -> tuple[dict[str, sql.Composable], list[sql.Composable]]:
        """
        Return an expression for each column of a key that has parents, and the joins they need.
        """
        expressions: dict[str, sql.Composable] = {}
        sources: list[sql.Composable] = []
        divisor = 1
        for number, key in enumerate(self._keys):
            size, source = self._parents(key, number, divisor)
            if size:
                sources.append(source)
                expressions |= {
                    name: sql.Identifier(f"p{number}", f"c{position}")
                    for position, name in enumerate(key.columns)
                }
                divisor *= size if self._is_paired(key) else 1
        return expressions, sources

    def _parents(self, key: ForeignKey, number: int, divisor: int) -> tuple[int, sql.Composable]:
        target = [sql.Identifier(name) for name in key.target_columns]
        parents = sql.SQL("SELECT {} FROM {} WHERE ({}) IS NOT NULL LIMIT {}").format(
            listed(
                sql.SQL("{} AS {}").format(name, sql.Identifier(f"c{position}"))
                for position, name in enumerate(target)
            ),
            bare_relation(key.target),
            listed(target),
            sql.Literal(self._most_parents(key)),
        )
        counted = self._connection.execute(sql.SQL("SELECT count(*) FROM ({}) p").format(parents))
        size = (counted.fetchone() or (0,))[0]
        source = sql.SQL(
            "JOIN (SELECT *, row_number() OVER () - 1 AS i FROM ({}) p) {} ON {} = {}"
        ).format(
            parents,
            sql.Identifier(f"p{number}"),
            sql.Identifier(f"p{number}", "i"),
            self._place(key, divisor, max(size, 1)),
        )
        return size, source

    def _place(self, key: ForeignKey, divisor: int, size: int) -> sql.Composable:
        spread = self._volume.spread_of(key)
        if spread.skew:
            return spread.place(key.columns[0], size)
        return sql.SQL("n / {} % {}").format(sql.Literal(divisor), sql.Literal(size))

    def _most_parents(self, key: ForeignKey) -> int:
        rows = self._volume.rows
        if any({*columns} <= {*key.columns} for columns in self._paired):
            return rows
        return self._volume.spread_of(key).parents(rows)

    def _is_paired(self, key: ForeignKey) -> bool:
        return any({*columns} & {*key.columns} for columns in self._paired)


def heeded_keys(table: QualifiedName, catalog: Catalog, foreseen: Catalog) -> Iterator[ForeignKey]:
    """
    Yield the foreign keys that rows must satisfy now, or will have to later.
    """
    own = catalog.foreign_keys_of(table)
    known = {(key.columns, key.target) for key in own}
    later = (
        key for key in foreseen.foreign_keys_of(table) if (key.columns, key.target) not in known
    )
    here = {column.name for column in catalog.columns_of(table) if column.generated is None}
    for key in (*own, *later):
        there = {column.name for column in catalog.columns_of(key.target)}
        if {*key.columns} <= here and {*key.target_columns} <= there:
            yield key


def orphan_query(key: ForeignKey) -> sql.Composed:
    """
    Return a query for a row whose parent is not there.
    """
    pairs = listed(
        (
            sql.SQL("{} = {}").format(sql.Identifier("p", there), sql.Identifier("c", here))
            for here, there in zip(key.columns, key.target_columns, strict=True)
        ),
        " AND ",
    )
    return sql.SQL(
        "SELECT 1 FROM {} c WHERE ({}) IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM {} p WHERE {}) LIMIT 1"
    ).format(
        bare_relation(key.table),
        listed(sql.Identifier("c", name) for name in key.columns),
        bare_relation(key.target),
        pairs,
    )


def _separate(keys: Iterable[ForeignKey]) -> Iterator[ForeignKey]:
    # The widest first: a key on some of its columns is then satisfied by the same parent.
    taken: set[str] = set()
    for key in sorted(keys, key=lambda key: -len(key.columns)):
        if not taken & {*key.columns}:
            taken |= {*key.columns}
            yield key
