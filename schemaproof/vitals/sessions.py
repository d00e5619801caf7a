"""
Record who is at work: transactions that are open or prepared, and the tables that they hold.

The statements are not read: they hold values of rows, and sometimes passwords.

Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from schemaproof.catalog import QualifiedName


class HeldLock(NamedTuple):
    """
    A lock on a table.

    Attributes:
        table: The table.
        mode: As ``pg_locks`` writes it, e.g. ``AccessShareLock``.
    """

    table: QualifiedName
    mode: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTransaction:
    """
    A transaction that somebody else has open in this database.

    Attributes:
        pid: The server process.
        role: Whose it is; None for the server's own.
        application: What the session calls itself.
        backend_type: ``client backend``, ``autovacuum worker`` and so on.
        state: ``active``, ``idle in transaction`` and so on.
        age_s: For how long it has been open.
        state_age_s: For how long it has been in this state.
        xmin_age: How many transactions ago its oldest snapshot was taken; None if it has none.
        locks: The tables that it holds.
    """

    pid: int
    role: str | None
    application: str
    backend_type: str
    state: str | None
    age_s: float
    state_age_s: float | None
    xmin_age: int | None
    locks: tuple[HeldLock, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedTransaction:
    """
    A transaction that waits for COMMIT PREPARED or ROLLBACK PREPARED, without a session.

    Attributes:
        name: Its global identifier.
        role: Whose it is.
        age_s: For how long it has been prepared.
        xmin_age: How many transactions ago it began.
        locks: The tables that it holds.
    """

    name: str
    role: str
    age_s: float
    xmin_age: int | None
    locks: tuple[HeldLock, ...]
