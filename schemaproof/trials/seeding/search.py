"""
Look for the fewest rows that a revision does not survive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.history import (
    History,
    MigrationFailed,
    RoundTrip,
    Step,
    Walker,
    template_before,
)
from schemaproof.postgres import Database, Databases
from schemaproof.rows import Rows, insert_content, without_unvalidated

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


class Search:
    """
    The rows of one table with which a revision fails as it did, fewer and fewer.
    """

    def __init__(
        self, history: History, databases: Databases, trip: RoundTrip, error: MigrationFailed
    ) -> None:
        self._history, self._databases = history, databases
        self._trip, self._error = trip, error
        # Down fails after up, and the second up after both.
        self._directions = (True, False, True)[: len(trip.legs) + 1]
        self._trials = 0

    def culprits(self, content: Mapping[QualifiedName, Rows]) -> Culprits | None:
        """
        Return the fewest rows that were found; None if they cannot be told.

        Args:
            content: What the tables held when it failed.
        """
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
