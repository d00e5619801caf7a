"""
Spread many rows over the parents that are there, as SQL.

Each foreign key is a join with its numbered parents; which parent row ``n`` gets is for the
declared spread to say. Keys that are unique only together take every pair once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

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
    """

    def __init__(
        self, keys: Iterable[ForeignKey], paired: list[tuple[str, ...]], volume: Volume
    ) -> None:
        self._keys = [*_separate(keys)]
        self._paired, self._volume = paired, volume

    def placed(
        self, count: Callable[[ForeignKey, int], int]
    ) -> Iterator[tuple[ForeignKey, int, sql.Composable]]:
        """
        Yield each key that has parents, how many, and the place of row ``n``'s among them, from 0.

        Args:
            count: Tells how many parents a key has, up to a limit.
        """
        divisor = 1
        for key in self._keys:
            size = count(key, self._most_parents(key))
            if size:
                yield key, size, self._place(key, divisor, size)
                divisor *= size if self._is_paired(key) else 1

    def _place(self, key: ForeignKey, divisor: int, size: int) -> sql.Composable:
        spread = self._volume.spread_of(key)
        if spread.skew or spread.is_clustered:
            return spread.place(key.columns[0], size, self._volume.rows)
        return sql.SQL("n / {} % {}").format(sql.Literal(divisor), sql.Literal(size))

    def _most_parents(self, key: ForeignKey) -> int:
        rows = self._volume.rows
        if any({*columns} <= {*key.columns} for columns in self._paired):
            return rows
        return self._volume.spread_of(key).parents(rows)

    def _is_paired(self, key: ForeignKey) -> bool:
        return any({*columns} & {*key.columns} for columns in self._paired)


def joined(
    parentage: Parentage, connection: Connection
) -> tuple[dict[str, sql.Composable], list[sql.Composable]]:
    """
    Return an expression for each column of a key that has parents there, and the joins they need.
    """
    expressions: dict[str, sql.Composable] = {}
    sources: list[sql.Composable] = []

    def count(key: ForeignKey, most: int) -> int:
        query = sql.SQL("SELECT count(*) FROM ({}) p").format(_parents(key, most))
        return int((connection.execute(query).fetchone() or (0,))[0])

    for number, (key, size, place) in enumerate(parentage.placed(count)):
        alias = f"p{number}"
        numbered = sql.SQL("SELECT *, row_number() OVER () - 1 AS i FROM ({}) p").format(
            _parents(key, size)
        )
        sources.append(
            sql.SQL("JOIN ({}) {} ON {} = {}").format(
                numbered, sql.Identifier(alias), sql.Identifier(alias, "i"), place
            )
        )
        expressions |= from_parent(key, alias)
    return expressions, sources


def from_parent(key: ForeignKey, alias: str) -> dict[str, sql.Composable]:
    """
    Return an expression for each column of a key, where a parent's key is joined as ``c0``, ``c1``.
    """
    return {
        name: sql.Identifier(alias, f"c{position}") for position, name in enumerate(key.columns)
    }


def _parents(key: ForeignKey, most: int) -> sql.Composable:
    target = [sql.Identifier(name) for name in key.target_columns]
    return sql.SQL("SELECT {} FROM {} WHERE ({}) IS NOT NULL LIMIT {}").format(
        listed(
            sql.SQL("{} AS {}").format(name, sql.Identifier(f"c{position}"))
            for position, name in enumerate(target)
        ),
        bare_relation(key.target),
        listed(target),
        sql.Literal(most),
    )


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


def parents_first(catalog: Catalog, tables: list[QualifiedName]) -> Iterator[QualifiedName]:
    """
    Yield tables so that those which a foreign key refers to come before those which have it.
    """
    pending = tables
    while pending:
        ready = [
            table
            for table in pending
            if not {key.target for key in catalog.foreign_keys_of(table)} & {*pending} - {table}
        ]
        # Keys that run in a circle begin anywhere.
        ready = ready or pending[:1]
        yield from ready
        pending = [table for table in pending if table not in ready]


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
