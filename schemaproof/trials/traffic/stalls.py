"""
Measure how long requests wait while a revision runs on full tables.

Each revision runs on a copy of a database that holds as many rows as are declared, while users read
and write. What is bad is measured again, and the better run counts: a machine may be busy once. A
revision that raises among users is run without them too, to know whose fault it is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.history import (
    History,
    MigrationFailed,
    Revision,
    application_tables,
)
from schemaproof.postgres import Database, Databases
from schemaproof.rows import Multiplied
from schemaproof.trials.traffic.course import copied, take_along, upgrade_once
from schemaproof.trials.traffic.filling import Filling
from schemaproof.trials.traffic.requests import requests_of
from schemaproof.trials.traffic.users import STALE_PLAN, Crowd, Kind, User

# Two threads for each table; with more of them the users would mostly wait for each other.
MOST_TABLES = 8
# A wait must stand out from what requests take while nothing runs.
NOISE = 3
AFTER_S = 0.2
# What is bad in one run and not in another may be chance.
RUNS = 3


@dataclass(frozen=True, kw_only=True)
class TableTraffic:
    """
    What the readers, or the writers, of one table met while a revision ran.

    Attributes:
        table: The table.
        kind: ``reads`` or ``writes``.
        requests: How many were sent.
        longest_wait_ms: The longest of them.
        idle_ms: The longest while nothing ran.
        waited_for: The lock that it waited for; None if the server saw nobody wait.
        failed: For each SQLSTATE of a wait that ended badly how many requests.
        outdated: How many the new schema no longer understands or takes.
        refused: Why not every kind of request was sent, in the words of the server.
    """

    table: QualifiedName
    kind: Kind
    requests: int
    longest_wait_ms: float
    idle_ms: float
    waited_for: str | None
    failed: Mapping[str, int] = field(hash=False)
    outdated: int
    refused: tuple[str, ...]

    @property
    def lost(self) -> int:
        """
        How many requests ended badly, stale plans aside.

        Any change of a type does that to a connection which has prepared a statement.
        """
        return sum(count for state, count in self.failed.items() if state != STALE_PLAN)

    def badness(self) -> tuple[int, float]:
        """
        What a better run has less of.
        """
        return self.lost, self.longest_wait_ms

    def exceeds(self, budget_ms: float) -> bool:
        """
        Tell whether a lock kept one of them waiting for longer than the budget.
        """
        longest = self.longest_wait_ms
        return bool(self.waited_for) and longest > max(budget_ms, NOISE * self.idle_ms)


@dataclass(frozen=True, kw_only=True)
class Stall:
    """
    What one revision did to the requests of others.

    Attributes:
        rows: How many rows the tables were to hold.
        traffic: What the users of each table met; empty if there was no table.
        small: Tables that hold fewer rows, how many, and why.
        left_out: Tables that nobody used.
        failure: What it raised among users, each time.
        fails_alone: Whether it raises on full tables without users too.
        chance: What it raised among users in some of the runs.
        unwitnessed: Why the server was not asked to the end who waits; None if it was.
    """

    rows: int
    traffic: tuple[TableTraffic, ...] = ()
    small: Mapping[QualifiedName, tuple[int, str]] = field(default_factory=dict, hash=False)
    left_out: tuple[QualifiedName, ...] = ()
    failure: MigrationFailed | None = None
    fails_alone: bool = False
    chance: MigrationFailed | None = None
    unwitnessed: str | None = None

    def is_bad(self, budget_ms: float) -> bool:
        """
        Tell whether it raised, made a request fail, kept one waiting for too long, or was not seen.
        """
        if self.failure is not None or self.unwitnessed is not None:
            return True
        return any(one.exceeds(budget_ms) or one.lost for one in self.traffic)

    def better(self, other: Stall) -> Stall:
        """
        Return what is left to complain of after another run.
        """
        if self.failure is not None or other.failure is not None:
            chosen = self if self.failure is None else other
            if chosen.failure is not None:
                return chosen
            return replace(chosen, chance=self.failure or other.failure)
        if (self.unwitnessed is None) != (other.unwitnessed is None):
            # Who did not look cannot say that it went better.
            seen = self if self.unwitnessed is None else other
            return replace(seen, chance=self.chance)
        runs = {(one.table, one.kind): one for one in other.traffic}
        pairs = ((one, runs.get((one.table, one.kind), one)) for one in self.traffic)
        return replace(self, traffic=tuple(min(pair, key=TableTraffic.badness) for pair in pairs))

    @property
    def longest(self) -> TableTraffic | None:
        """
        The users who waited longest.
        """
        return max(self.traffic, key=lambda one: one.longest_wait_ms, default=None)

    @property
    def requests(self) -> int:
        """
        How many requests were sent while it ran.
        """
        return sum(one.requests for one in self.traffic)

    @property
    def failed(self) -> int:
        """
        How many of them ended badly.
        """
        return sum(sum(one.failed.values()) for one in self.traffic)


class Stalls:
    """
    The stalls of a history, one for each revision.

    Attributes:
        budget_ms: How long a request may wait.
    """

    def __init__(self, *, rows: int, budget_ms: float) -> None:
        self.rows, self.budget_ms = rows, budget_ms
        self._measured: dict[str, Stall] = {}
        self._ended: MigrationFailed | None = None

    def of(self, revision: Revision) -> Stall:
        """
        Return what was measured of a revision.

        Raises:
            MigrationFailed: It was never reached; this is what was in the way.
        """
        if revision.id not in self._measured:
            assert self._ended is not None  # noqa: S101 - only an upgrade that raises ends it
            raise self._ended
        return self._measured[revision.id]

    def measure(self, history: History, databases: Databases, *, foreseen: Catalog) -> None:
        """
        Measure every revision, as far as the history leads.

        Args:
            history: The history.
            databases: Where the databases come from.
            foreseen: What the whole history makes.
        """
        filling = Filling(self.rows, foreseen=foreseen)

        def trial(revision: Revision, below: Database, catalog: Catalog) -> Database | None:
            scene = _Scene(catalog, revision, filling.grown)
            measuring = _Measuring(revision, scene, history, databases)
            above, stall = measuring.measure(below, budget_ms=self.budget_ms)
            self._measured[revision.id] = replace(stall, rows=self.rows)
            return above

        try:
            take_along(history, databases, filling.fill, trial)
        except MigrationFailed as error:
            self._ended = error
            # Full tables are not to blame for what fails on empty ones.
            self._measured.pop(error.revision or "", None)


class _Scene:
    """A database below a revision: what it contains, and whose tables the revision may touch."""

    def __init__(
        self,
        catalog: Catalog,
        revision: Revision,
        grown: Mapping[QualifiedName, Multiplied],
    ) -> None:
        self.catalog, self.grown = catalog, dict(grown)
        tables = application_tables(catalog)
        text = revision.path.read_text(encoding="utf-8")
        named = {table for table in tables if _is_named(table, text)}
        # A key locks both its ends.
        near = {key.target for table in named for key in catalog.foreign_keys_of(table)}
        near |= {key.table for table in named for key in catalog.foreign_keys_to(table)}
        ordered = sorted(tables, key=lambda table: (table not in named, table not in near, table))
        self.used, self.left_out = ordered[:MOST_TABLES], tuple(ordered[MOST_TABLES:])

    def crowd(self, database: Database) -> Crowd:
        with database.connect(autocommit=True) as connection:
            requests = [
                requests_of(table, self.catalog, connection, self.grown.get(table))
                for table in self.used
            ]
        return Crowd(database, requests)


class _Measuring:
    """One revision, run as often as it takes."""

    def __init__(
        self, revision: Revision, scene: _Scene, history: History, databases: Databases
    ) -> None:
        self.revision, self.scene = revision, scene
        self.history, self.databases = history, databases

    def measure(self, below: Database, *, budget_ms: float) -> tuple[Database | None, Stall]:
        """
        Return a database above the revision, if it can be had, and what was measured.
        """
        above = self.databases.copy(below)
        try:
            stall = self._run(above)
            if stall.failure is not None:
                self.databases.drop(above)
                # Rows that it cannot bear are another matter than users.
                above = self.databases.copy(below)
                try:
                    upgrade_once(self.history, above, self.revision)
                except MigrationFailed:
                    self.databases.drop(above)
                    return None, replace(stall, fails_alone=True)
            for _ in range(RUNS - 1):
                if not stall.is_bad(budget_ms):
                    break
                with copied(self.databases, below) as again:
                    stall = stall.better(self._run(again))
        except BaseException:
            self.databases.drop(above)
            raise
        return above, stall

    def _run(self, database: Database) -> Stall:
        began, failure = time.monotonic(), None

        def begin() -> None:
            nonlocal began
            began = time.monotonic()

        with self.scene.crowd(database) as crowd:
            try:
                upgrade_once(self.history, database, self.revision, begin=begin)
            except MigrationFailed as error:
                failure = error
            # What users have prepared shows only now whether it is stale.
            time.sleep(AFTER_S)
            ended = time.monotonic()
        return Stall(
            rows=0,
            traffic=tuple(
                _met(user, began, ended) for user in crowd.users if user.timed or user.refused
            ),
            small={
                table: (one.rows, one.obstacle)
                for table, one in self.scene.grown.items()
                if one.obstacle is not None
            },
            left_out=self.scene.left_out,
            failure=failure,
            unwitnessed=crowd.unwitnessed,
        )


def _met(user: User, began: float, ended: float) -> TableTraffic:
    during = [end - start for start, end in user.timed if end > began and start < ended]
    idle = [end - start for start, end in user.timed if end <= began]
    return TableTraffic(
        table=user.table,
        kind=user.kind,
        requests=len(during),
        longest_wait_ms=1000 * max(during, default=0.0),
        idle_ms=1000 * max(idle, default=0.0),
        waited_for=next((told for told, _ in user.waited_for.most_common(1)), None),
        failed=dict(user.failed),
        outdated=user.outdated,
        refused=tuple(user.refused),
    )


def _is_named(table: QualifiedName, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(table.name)}(?!\w)", text) is not None
