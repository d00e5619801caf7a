"""
Kill the server at every point of every revision, and judge what comes up again.

A database that comes up as it was before the revision, or as the revision leaves it, is as it must
be. In between, which happens where a revision commits on its way, the same command must finish the
job: what counts is the catalogue and the rows at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from schemaproof.history import History, MigrationFailed, Revision
from schemaproof.postgres import Database, Databases, DurableServer, open_durable
from schemaproof.trials.crashes.kill import Kill, Point, points
from schemaproof.trials.crashes.start import Start, Starts
from schemaproof.trials.crashes.state import State, changed_rows, differences, is_same
from schemaproof.trials.outcomes import Outcomes

Kind = Literal["version", "unkept", "rerun", "catalogue", "rows"]


@dataclass(kw_only=True)
class Harm:
    """
    One way in which a revision does not survive.

    Attributes:
        kind: Which: the database names revisions that are neither the one before nor this one
            (``version``), an upgrade that had returned is gone (``unkept``), the same command fails
            (``rerun``), or ends with another catalogue (``catalogue``) or other rows (``rows``).
        points: Where the server was killed.
        found: What was seen after the first of them.
    """

    kind: Kind
    points: list[Point]
    found: str


@dataclass(kw_only=True)
class Crashing:
    """
    What became of one revision.

    Attributes:
        before: How often the database came up as it was before.
        after: How often as it is after.
        between: How often in between.
        rows: How many rows it met.
        harms: What went wrong, one for each kind.
    """

    before: int = 0
    after: int = 0
    between: int = 0
    rows: int = 0
    harms: list[Harm] = field(default_factory=list)


class Crashes(Outcomes[Crashing]):
    """
    The crashes of one history.
    """

    def __init__(self, history: History, databases: Databases) -> None:
        super().__init__()
        self._history, self._databases = history, databases
        self._lock = threading.Lock()
        self._is_over = False

    @property
    def is_possible(self) -> bool:
        """
        Whether there is a server that may be killed.
        """
        return self._databases.server.owns_machine_time

    def of(self, revision: Revision) -> Crashing:
        """
        Return what became of a revision.

        Raises:
            MigrationFailed: It could not be run, or one before it.
        """
        with self._lock:
            if not self._is_over:
                self._run()
        return super().of(revision)

    def _run(self) -> None:
        with open_durable(self._databases.server) as server:
            databases = Databases(server, prefix=self._databases.prefix)
            try:
                for start in Starts(self._history, databases):
                    crasher = Crasher(self._history, databases, start)
                    self.note(start.revision, crasher.run(server))
            except MigrationFailed as error:
                self.end(error)
        self._is_over = True


class Crasher:
    """
    The crashes of one revision.
    """

    def __init__(self, history: History, databases: Databases, start: Start) -> None:
        self._history, self._databases, self._start = history, databases, start
        self._finished: list[tuple[State, State | MigrationFailed]] = []
        self._seen = Crashing(rows=sum(map(len, start.before.rows.values())))

    def run(self, server: DurableServer) -> Crashing:
        """
        Kill the server at every point.
        """
        harms: dict[Kind, Harm] = {}
        for point in points(self._start.statements):
            with self._databases.copied(self._start.template) as database:
                reached = Kill(server, database, point).run(self._history, self._start.revision)
                for kind, found in self._judge(database, reached):
                    harm = harms.setdefault(kind, Harm(kind=kind, points=[], found=found))
                    if reached not in harm.points:
                        harm.points.append(reached)
        self._seen.harms = [*harms.values()]
        return self._seen

    def _judge(self, database: Database, point: Point) -> Iterator[tuple[Kind, str]]:
        start, there = self._start, self._start.reader.read(database)
        self._count(there)
        if there.heads not in (start.before.heads, start.after.heads):
            yield "version", f"the database is at {_named(there.heads)}"
        if point.is_after_all and there.heads != start.after.heads:
            yield "unkept", f"the database is at {_named(there.heads)}"
        end = self._finish(database, there)
        if isinstance(end, MigrationFailed):
            yield "rerun", f"the next upgrade raised {end.told}"
            return
        told = [*differences(start.after, end)]
        if told:
            yield "catalogue", f"the next upgrade succeeded and {_listed(told)}"
        told = [*changed_rows(start.after, end, start.unstable)]
        if told:
            yield "rows", f"the next upgrade succeeded and {_listed(told)}"

    def _count(self, there: State) -> None:
        start = self._start
        if is_same(there, start.before):
            self._seen.before += 1
        elif there.heads == start.after.heads and there.catalog == start.after.catalog:
            self._seen.after += 1
        else:
            self._seen.between += 1

    def _finish(self, database: Database, there: State) -> State | MigrationFailed:
        # From equal states the same command does the same.
        for state, end in self._finished:
            if is_same(state, there):
                return end
        end = self._upgraded(database)
        self._finished.append((there, end))
        return end

    def _upgraded(self, database: Database) -> State | MigrationFailed:
        try:
            self._history.upgrade(database, self._start.revision.id)
        except MigrationFailed as error:
            return error
        return self._start.reader.read(database)


def _named(heads: frozenset[str]) -> str:
    return " and ".join(sorted(heads)) or "no revision"


def _listed(told: list[str]) -> str:
    more = len(told) - 2
    return " and ".join(told[:2]) + (f" and {more} more" if more > 0 else "")
