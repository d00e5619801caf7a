"""
Seed the tables before each revision, and see what it does to the rows.

Before a revision every table holds rows that its constraints took. If the revision fails with them,
the smallest set of rows that makes it fail is looked for, on databases of their own. If it does
not, what the tables hold is compared with what they hold after the downgrade.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from schemaproof.catalog import Catalog, QualifiedName, Table
from schemaproof.history import (
    History,
    MigrationFailed,
    Revision,
    RoundTrip,
    Step,
    Walker,
    template_before,
    version_tables,
)
from schemaproof.postgres import Connection, Database, Databases
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
    without_unvalidated,
)

# More trials than this are not worth their time: a handful of rows says it too.
MOST_TRIALS = 16


@dataclass(frozen=True, kw_only=True)
class Culprits:
    """
    Rows with which a revision fails and without which it does not.

    Attributes:
        table: Their table.
        rows: The rows, each column's value as text.
    """

    table: QualifiedName
    rows: Rows


@dataclass(kw_only=True)
class SeededTrip:
    """
    The rows that one revision met, and what became of them.

    Attributes:
        rows: How many rows.
        tables: In how many tables.
        empty: The tables that took no row, and why.
        failure: What the revision raised with these rows.
        losses: What the tables had before the upgrade and have no longer after the downgrade.
        rewound: Sequences that are not where they were: before and after, by name.
        is_compared: Whether there was a downgrade to compare after.
    """

    rows: int = 0
    tables: int = 0
    empty: dict[QualifiedName, str] = field(default_factory=dict)
    failure: MigrationFailed | None = None
    losses: tuple[Loss, ...] = ()
    rewound: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    is_compared: bool = False


class Seeding:
    """
    The rows of the round trips of one history.
    """

    def __init__(self, history: History, databases: Databases) -> None:
        self._history, self._databases = history, databases
        self._outcomes: dict[str, SeededTrip] = {}
        self._searches: dict[str, Callable[[], Culprits | None]] = {}
        self._tables: _Tables | None = None

    def of(self, revision: Revision) -> SeededTrip | None:
        """
        Return what became of the rows at a revision; None if it was not seeded.
        """
        return self._outcomes.get(revision.id)

    @contextmanager
    def on(self, database: Database) -> Iterator[None]:
        """
        Put rows into this database until the context ends.
        """
        with database.connect(autocommit=True) as connection:
            self._tables = _Tables(connection)
            try:
                yield
            finally:
                self._tables = None

    def gather(self, above: Catalog) -> None:
        """
        Keep rows that the schema above takes, for the tables below.
        """
        self._opened().gather(above)

    def seed(self, trip: RoundTrip) -> None:
        """
        Put rows into the tables that have none, or take others than when they were filled.
        """
        tables = self._opened()
        tables.fill(trip.before)
        held = [rows for rows in tables.content.values() if rows]
        seeded = self._outcomes.setdefault(trip.revision.id, SeededTrip())
        seeded.rows, seeded.tables = sum(map(len, held)), len(held)
        seeded.empty = {**tables.empty}

    def compare(self, trip: RoundTrip) -> None:
        """
        After the downgrade, compare.
        """
        if len(trip.legs) != 2:
            return
        seeded, tables = self._outcomes[trip.revision.id], self._opened()
        seeded.losses = tuple(tables.losses(trip.before, trip.down.catalog))
        seeded.rewound = tables.rewound()
        seeded.is_compared = True

    def note_failure(self, trip: RoundTrip, error: MigrationFailed) -> None:
        """
        Keep what was there, so that the rows that are to blame can be looked for.
        """
        self._outcomes[trip.revision.id].failure = error
        search = _Search(self._history, self._databases, trip, error)
        self._searches[trip.revision.id] = partial(search.culprits, self._opened().content)

    def culprits(self, revision: Revision) -> Culprits | None:
        """
        Look for the fewest rows with which a revision fails; None if they cannot be told.
        """
        return self._searches[revision.id]()

    def _opened(self) -> _Tables:
        assert self._tables is not None  # noqa: S101 - it is asked while a database is open
        return self._tables


class _Tables:
    """The rows of one database, as revisions come and go."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.content: dict[QualifiedName, Rows] = {}
        self.empty: dict[QualifiedName, str] = {}
        self._seen: dict[QualifiedName, str] = {}
        self._limits: dict[QualifiedName, _Limits] = {}
        self._positions: dict[str, int | None] = {}
        self._gathered: dict[QualifiedName, Rows] | None = None
        self._serial = itertools.count(1)

    def gather(self, above: Catalog) -> None:
        tables = [table.qualified_name for table in _fillable(above)]
        furnish(above, self.connection, tables, self._serial)
        self._gathered = {
            name: read_content(self.connection, name, above.types_of(name)) for name in tables
        }
        empty(self.connection, tables)

    def fill(self, catalog: Catalog) -> None:
        names = [table.qualified_name for table in _fillable(catalog)]
        limits = {name: _Limits.of(name, catalog) for name in names}
        now = fingerprints(self.connection, names)
        wanting = [name for name in names if self._wants_rows(name, limits[name], now[name])]
        if self._gathered is not None:
            insert_content(catalog, self.connection, self._gathered)
            self._gathered = None
        elif wanting:
            _, refused = furnish(catalog, self.connection, wanting, self._serial)
            self.empty = {name: why for name, why in self.empty.items() if name not in wanting}
            self.empty |= refused
        if wanting:
            now = fingerprints(self.connection, names)
        self._limits = limits
        self.content = {
            name: self.content[name]
            if self._seen.get(name) == mark
            else read_content(self.connection, name, catalog.types_of(name))
            for name, mark in now.items()
        }
        self._seen = now
        self._positions = _sequence_positions(self.connection)

    def _wants_rows(self, table: QualifiedName, limits: _Limits, mark: str) -> bool:
        known = self._limits.get(table)
        if known is None or limits.allow_more_than(known):
            return True
        return is_empty(mark) and table not in self.empty

    def losses(self, before: Catalog, after: Catalog) -> Iterator[Loss]:
        there = {table.qualified_name for table in after.tables}
        now = fingerprints(self.connection, [name for name in self.content if name in there])
        for name, mark in now.items():
            if mark != self._seen[name]:
                rows = read_content(self.connection, name, after.types_of(name))
                yield from losses(name, self.content[name], rows, before.primary_key_of(name))

    def rewound(self) -> dict[str, tuple[int | None, int | None]]:
        now = _sequence_positions(self.connection)
        return {
            name: (was, now[name])
            for name, was in self._positions.items()
            if name in now and was is not None and was > (now[name] or 0)
        }


class _Search:
    """The rows of one table with which a revision fails as it did, fewer and fewer."""

    def __init__(
        self, history: History, databases: Databases, trip: RoundTrip, error: MigrationFailed
    ) -> None:
        self._history, self._databases = history, databases
        self._trip, self._error = trip, error
        # Down fails after up, and the second up after both.
        self._directions = (True, False, True)[: len(trip.legs) + 1]
        self._trials = 0

    def culprits(self, content: Mapping[QualifiedName, Rows]) -> Culprits | None:
        for table, rows in content.items():
            if rows and table.name in (self._error.statement or ""):
                smallest = self._smallest(content, table)
                if smallest is not None:
                    return Culprits(table=table, rows=smallest)
        return None

    def _smallest(self, content: Mapping[QualifiedName, Rows], table: QualifiedName) -> Rows | None:
        source = template_before(self._trip.revision, self._history, self._databases)
        before = self._trip.before
        given = {name: content.get(name, []) for name in _with_parents(table, before)}

        def fails(rows: Rows) -> bool:
            self._trials += 1
            with self._databases.clone(source) as database:
                with (
                    database.connect(autocommit=True) as connection,
                    without_unvalidated(before, connection),
                ):
                    if not insert_content(before, connection, {**given, table: rows}):
                        return False
                try:
                    self._walk(database)
                except MigrationFailed as error:
                    # The words may quote a value; the SQLSTATE comes before them.
                    return error.told.split(":")[0] == self._error.told.split(":")[0]
                return False

        return self._reduced(content[table], fails) if fails(content[table]) else None

    def _reduced(self, rows: Rows, fails: Callable[[Rows], bool]) -> Rows:
        while len(rows) > 1 and self._trials < MOST_TRIALS:
            half = len(rows) // 2
            failing = next((part for part in (rows[:half], rows[half:]) if fails(part)), None)
            if failing is None:
                break
            rows = failing
        # It takes several together: leave out one after the other.
        for row in [*rows]:
            fewer = [other for other in rows if other is not row]
            if fewer and self._trials < MOST_TRIALS and fails(fewer):
                rows = fewer
        return rows

    def _walk(self, database: Database) -> None:
        def itinerary(walker: Walker) -> Iterator[Step]:
            for is_upgrade in self._directions:
                walker.settle()
                yield Step(revision=self._trip.revision, is_upgrade=is_upgrade)

        self._history.walk(database, itinerary)


def _with_parents(table: QualifiedName, catalog: Catalog) -> set[QualifiedName]:
    found, open_ends = {table}, [table]
    while open_ends:
        targets = {key.target for key in catalog.foreign_keys_of(open_ends.pop())}
        open_ends.extend(targets - found)
        found |= targets
    return found


def _fillable(catalog: Catalog) -> Iterator[Table]:
    bookkeeping = version_tables(catalog)
    for table in catalog.tables:
        # A partition is filled through its parent.
        is_part = table.partition_bound is not None
        if table.form != "foreign" and not is_part and table.qualified_name not in bookkeeping:
            yield table


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
