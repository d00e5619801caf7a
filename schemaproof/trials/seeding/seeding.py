"""
Seed the tables before each revision, and see what it does to the rows.

Before a revision every table holds rows that its constraints took. If the revision fails with them,
the smallest set of rows that makes it fail is looked for, on databases of their own. If it does
not, what the tables hold is compared with what they hold after the downgrade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.history import History, MigrationFailed, Revision, RoundTrip
from schemaproof.postgres import Database, Databases
from schemaproof.rows import Loss
from schemaproof.trials.seeding.search import Culprits, Search
from schemaproof.trials.seeding.tables import SeededTables


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
        self._tables: SeededTables

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
            self._tables = SeededTables(connection)
            yield

    def gather(self, above: Catalog) -> None:
        """
        Keep rows that the schema above takes, for the tables below.
        """
        self._tables.gather(above)

    def seed(self, trip: RoundTrip) -> None:
        """
        Put rows into the tables that have none, or take others than when they were filled.
        """
        tables = self._tables
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
        seeded, tables = self._outcomes[trip.revision.id], self._tables
        seeded.losses = tuple(tables.losses(trip.before, trip.down.catalog))
        seeded.rewound = tables.rewound()
        seeded.is_compared = True

    def note_failure(self, trip: RoundTrip, error: MigrationFailed) -> None:
        """
        Keep what was there, so that the rows that are to blame can be looked for.
        """
        self._outcomes[trip.revision.id].failure = error
        search = Search(self._history, self._databases, trip, error)
        self._searches[trip.revision.id] = partial(search.culprits, self._tables.content)

    def culprits(self, revision: Revision) -> Culprits | None:
        """
        Look for the fewest rows with which a revision fails; None if they cannot be told.
        """
        return self._searches[revision.id]()
