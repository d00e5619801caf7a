"""
Keep tables filled, wherever a revision has emptied them, made new ones or lets other rows in.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.history import application_tables
from schemaproof.postgres import Connection
from schemaproof.rows import (
    Loss,
    Rows,
    empty,
    fingerprints,
    furnish,
    insert_content,
    is_empty,
    losses,
    read_content,
)


class SeededTables:
    """
    The rows of one database, as revisions come and go.

    Attributes:
        content: What each table held before the revision that comes next, or came last.
        empty: The tables that took no row, and why.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.content: dict[QualifiedName, Rows] = {}
        self.empty: dict[QualifiedName, str] = {}
        self._seen: dict[QualifiedName, str] = {}
        self._limits: dict[QualifiedName, _Limits] = {}
        self._catalog: Catalog | None = None
        self._positions: dict[str, int | None] = {}
        self._gathered: dict[QualifiedName, Rows] | None = None
        self._serial = itertools.count(1)

    def gather(self, above: Catalog) -> None:
        """
        Keep rows that the schema above takes, to put them in below.
        """
        tables = application_tables(above)
        furnish(above, self._connection, tables, self._serial)
        self._gathered = {
            name: read_content(self._connection, name, above.types_of(name)) for name in tables
        }
        empty(self._connection, tables)

    def fill(self, catalog: Catalog) -> None:
        """
        Put rows into the tables that want some, and read what all of them hold.
        """
        names = application_tables(catalog)
        limits = self._limits_in(catalog, names)
        now = fingerprints(self._connection, names)
        wanting = [name for name in names if self._wants_rows(name, limits[name], now[name])]
        if self._gathered is not None:
            insert_content(catalog, self._connection, self._gathered)
            self._gathered = None
        elif wanting:
            _, refused = furnish(catalog, self._connection, wanting, self._serial)
            self.empty = {name: why for name, why in self.empty.items() if name not in wanting}
            self.empty |= refused
        if wanting:
            now = fingerprints(self._connection, names)
        self._limits, self._catalog = limits, catalog
        self.content = {
            name: self.content[name]
            if self._seen.get(name) == mark
            else read_content(self._connection, name, catalog.types_of(name))
            for name, mark in now.items()
        }
        self._seen = now
        self._positions = _sequence_positions(self._connection)

    def _limits_in(
        self, catalog: Catalog, names: Iterable[QualifiedName]
    ) -> dict[QualifiedName, _Limits]:
        before = self._catalog
        if before is None:
            return {name: _Limits.of(name, catalog) for name in names}
        # Of hundreds of tables a revision changes one.
        changed = {one.home for one in (*before.besides(catalog), *catalog.besides(before))}
        return {
            name: self._limits[name]
            if name in self._limits and name not in changed
            else _Limits.of(name, catalog)
            for name in names
        }

    def _wants_rows(self, table: QualifiedName, limits: _Limits, mark: str) -> bool:
        known = self._limits.get(table)
        if known is None or limits.allow_more_than(known):
            return True
        return is_empty(mark) and table not in self.empty

    def losses(self, before: Catalog, after: Catalog) -> Iterator[Loss]:
        """
        Yield what they held before and do not hold now.
        """
        there = {table.qualified_name for table in after.tables}
        now = fingerprints(self._connection, [name for name in self.content if name in there])
        for name, mark in now.items():
            if mark != self._seen[name]:
                rows = read_content(self._connection, name, after.types_of(name))
                yield from losses(name, self.content[name], rows, before.primary_key_of(name))

    def rewound(self) -> dict[str, tuple[int | None, int | None]]:
        """
        Return the sequences that are not as far as they were: before and after, by name.
        """
        now = _sequence_positions(self._connection)
        return {
            name: (was, now[name])
            for name, was in self._positions.items()
            if name in now and was is not None and was > (now[name] or 0)
        }


@dataclass(frozen=True)
class _Limits:
    """
    What a table takes and what it refuses.

    It wants new rows when the former grows or the latter shrinks. A constraint that comes, or is
    validated, allows none that were not there before.
    """

    takes: frozenset[tuple[str, str, bool]]
    refuses: frozenset[str]

    @classmethod
    def of(cls, table: QualifiedName, catalog: Catalog) -> _Limits:
        columns = catalog.columns_of(table)
        nulls = {(column.name, column.type, True) for column in columns if column.is_nullable}
        unique = (index.definition for index in catalog.indexes_of(table) if index.is_unique)
        demands = (
            each.definition.removesuffix(" NOT VALID") for each in catalog.constraints_of(table)
        )
        return cls(
            takes=frozenset({(column.name, column.type, False) for column in columns} | nulls),
            refuses=frozenset([*unique, *demands]),
        )

    def allow_more_than(self, other: _Limits) -> bool:
        return not (self.takes <= other.takes and other.refuses <= self.refuses)


def _sequence_positions(connection: Connection) -> dict[str, int | None]:
    query = "SELECT schemaname || '.' || sequencename, last_value FROM pg_catalog.pg_sequences"
    return dict(connection.execute(query).fetchall())
