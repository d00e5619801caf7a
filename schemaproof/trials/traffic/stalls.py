"""
Measure how long requests wait while a revision, or its downgrade, runs on full tables.

Each revision runs on a copy of a database that holds as many rows as are declared, while users read
and write. What is bad is measured again, and the better run counts: a machine may be busy once. A
revision that raises among users is run without them too, to know whose fault it is.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from schemaproof.catalog import Catalog
from schemaproof.history import History, MigrationFailed, Step, Walker
from schemaproof.postgres import Database, Databases
from schemaproof.trials.steps import copied, take_step
from schemaproof.trials.traffic.course import Course
from schemaproof.trials.traffic.filling import Filling
from schemaproof.trials.traffic.scene import Scene
from schemaproof.trials.traffic.stall import Stall, TableTraffic
from schemaproof.trials.traffic.users import User

AFTER_S = 0.2
# What is bad in one run and not in another may be chance.
RUNS = 3


class Stalls(Course[Stall]):
    """
    The stalls of a history, one for each revision.

    Args:
        undone: The revisions whose downgrades are to be tried, and what there is below each.

    Attributes:
        rows: How many rows the tables are to hold.
        budget_ms: How long a request may wait.
    """

    def __init__(self, *, rows: int, budget_ms: float, undone: Mapping[str, Catalog]) -> None:
        super().__init__(undone=undone)
        self._below = undone
        self.rows, self.budget_ms = rows, budget_ms

    def measure(self, history: History, databases: Databases, *, foreseen: Catalog) -> None:
        """
        Measure every revision, as far as the history leads.

        Args:
            history: The history.
            databases: Where the databases come from.
            foreseen: What the whole history makes.
        """
        filling = Filling(self.rows, foreseen=foreseen)

        def trial(step: Step, before: Database, catalog: Catalog) -> tuple[Database | None, Stall]:
            below = None if step.is_upgrade else self._below[step.revision.id]
            scene = Scene(catalog, step.revision, filling.grown, after=below)
            measuring = _Measuring(step, scene, history, databases)
            after, stall = measuring.measure(before, budget_ms=self.budget_ms)
            return after, replace(stall, rows=self.rows)

        self.take(history, databases, filling.fill, trial)


class _Measuring:
    """One step, taken as often as is needed."""

    def __init__(self, step: Step, scene: Scene, history: History, databases: Databases) -> None:
        self.step, self.scene = step, scene
        self.history, self.databases = history, databases

    def measure(self, before: Database, *, budget_ms: float) -> tuple[Database | None, Stall]:
        """
        Return a database after the step, if it can be had, and what was measured.
        """
        after = self.databases.copy(before)
        try:
            stall = self._run(after)
            if stall.failure is not None:
                self.databases.drop(after)
                # Rows that it cannot bear are another matter than users.
                after = self.databases.copy(before)
                try:
                    take_step(self.history, after, self.step)
                except MigrationFailed:
                    self.databases.drop(after)
                    return None, replace(stall, fails_alone=True)
            for _ in range(RUNS - 1):
                if not stall.is_bad(budget_ms):
                    break
                with copied(self.databases, before) as again:
                    stall = stall.better(self._run(again))
        except BaseException:
            self.databases.drop(after)
            raise
        return after, stall

    def _run(self, database: Database) -> Stall:
        began, failure = time.monotonic(), None

        def begin(_walker: Walker) -> None:
            nonlocal began
            began = time.monotonic()

        with self.scene.crowd(database) as crowd:
            try:
                take_step(self.history, database, self.step, begin=begin)
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
            gone=self.scene.gone,
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
