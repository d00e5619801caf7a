"""
Run each revision, and each downgrade, while a long transaction is in its way.

The transaction has read and written every table and stays open, as that of a report or a forgotten
session does. A revision that needs a lock which it holds must wait; whoever comes next waits behind
the revision, as the queue for a lock is first come, first served. So it matters whether it gives
up, how soon, and what it leaves behind.

Source: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT
"""

from __future__ import annotations

from collections.abc import Collection

from schemaproof.catalog import Catalog
from schemaproof.history import History, Step
from schemaproof.postgres import Database, Databases
from schemaproof.trials.traffic.course import Course
from schemaproof.trials.traffic.filling import Filling
from schemaproof.trials.traffic.lock_wait import LockWait
from schemaproof.trials.traffic.observing import Observing

ROWS = 2


class LockWaits(Course[LockWait]):
    """
    The lock waits of a history, one for each revision.

    Args:
        undone: As for `Course`.
        only: Likewise.

    Attributes:
        longest_s: For how long a revision may wait.
    """

    def __init__(
        self, *, longest_s: float, undone: Collection[str] = (), only: Step | None = None
    ) -> None:
        super().__init__(undone=undone, only=only)
        self.longest_s = longest_s

    def observe(self, history: History, databases: Databases, *, foreseen: Catalog) -> None:
        """
        Observe every revision, as far as the history leads.
        """

        def trial(
            step: Step, before: Database, catalog: Catalog
        ) -> tuple[Database | None, LockWait]:
            copy, is_done = databases.copy(before), False
            try:
                observing = Observing(step, history, copy, catalog)
                seen, is_done = observing.observe(self.longest_s)
            finally:
                if not is_done:
                    databases.drop(copy)
            return copy if is_done else None, seen

        self.take(history, databases, Filling(ROWS, foreseen=foreseen).fill, trial)
