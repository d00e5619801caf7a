"""
Say what a revision did with a long transaction in its way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemaproof.history import MigrationFailed

Outcome = Literal["finished", "gave up", "waited", "failed"]


@dataclass(frozen=True, kw_only=True)
class LockWait:
    """
    What one revision did with a long transaction in its way.

    Attributes:
        outcome: ``finished``; ``gave up`` by itself; ``waited`` until it was cancelled; ``failed``
            for another reason.
        tables: How many tables the long transaction had used.
        waited_for: What it waited for first, e.g. ``ACCESS EXCLUSIVE on orders``; for an index
            build beside writers ``the transaction's end``; None if it was not seen to wait.
        waited_s: For how long.
        reads_s: The longest that somebody else's read of a table took meanwhile.
        writes_s: The longest that somebody else's lock for writing took.
        error: What it raised.
        changes: What was different afterwards.
        invalidated: The indexes that were valid before, and are there and invalid now.
        lock_timeout_ms: The setting while it waited; 0 for no limit.
        statement_timeout_ms: Likewise.
        again: What it raised when it was run again, with nothing in its way.
    """

    outcome: Outcome
    tables: int
    waited_for: str | None = None
    waited_s: float = 0.0
    reads_s: float = 0.0
    writes_s: float = 0.0
    error: MigrationFailed | None = None
    changes: tuple[str, ...] = ()
    invalidated: tuple[str, ...] = ()
    lock_timeout_ms: int = 0
    statement_timeout_ms: int = 0
    again: MigrationFailed | None = None

    @property
    def stops_others(self) -> bool:
        """
        Whether others waited about as long as the revision did.
        """
        return max(self.reads_s, self.writes_s) > 0.8 * self.waited_s
