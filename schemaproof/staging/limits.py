"""
Bound what a look at somebody's database may cost: how long it waits, works and goes on.

Source: https://www.postgresql.org/docs/current/runtime-config-client.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from schemaproof.errors import SchemaproofError


class DeadlineOver(SchemaproofError):
    """The time that was given for all of it has passed."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """
    How much of it others may notice.

    Attributes:
        lock_timeout_ms: How long a statement waits for a lock.
        statement_timeout_ms: How long it may run.
        deadline_s: How long all of it may take.
    """

    lock_timeout_ms: int = 1_000
    statement_timeout_ms: int = 30_000
    deadline_s: float = 300.0


@dataclass(kw_only=True)
class Clock:
    """
    What is left of the time since the look began.

    Attributes:
        bounds: The limits.
        started: When it began, as `time.monotonic` tells it.
    """

    bounds: Bounds = field(default_factory=Bounds)
    started: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """
        Whether the deadline has passed.
        """
        return time.monotonic() - self.started >= self.bounds.deadline_s

    @property
    def statement_ms(self) -> int:
        """
        How long the next statement may run.

        Raises:
            DeadlineOver: The deadline has passed.
        """
        left_ms = 1000 * (self.started + self.bounds.deadline_s - time.monotonic())
        if left_ms < 1:
            raise DeadlineOver(
                f"the deadline of {self.bounds.deadline_s:g} s has passed: give it more with "
                "--deadline, or fewer checks with --only"
            )
        return min(int(left_ms), self.bounds.statement_timeout_ms)
