"""
Say what users met while a revision ran, and whether that was bad.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schemaproof.catalog import QualifiedName
from schemaproof.history import MigrationFailed
from schemaproof.trials.traffic.users import STALE_PLAN, Kind

# A wait must stand out from what requests take while nothing runs.
NOISE = 3


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
        gone: Tables that the step drops, which nobody used: who needs them has other worries.
        failure: What it raised among users, each time.
        fails_alone: Whether it raises on full tables without users too.
        chance: What it raised among users in some of the runs.
        unwitnessed: Why the server was not asked to the end who waits; None if it was.
    """

    rows: int
    traffic: tuple[TableTraffic, ...] = ()
    small: Mapping[QualifiedName, tuple[int, str]] = field(default_factory=dict, hash=False)
    left_out: tuple[QualifiedName, ...] = ()
    gone: tuple[QualifiedName, ...] = ()
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
