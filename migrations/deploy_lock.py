"""
Let one deployer at a time migrate a database; the others wait their turn.

Two deployers that both read "nothing applied yet" would both create the same tables. The lock is a
session-level advisory lock on the connection that migrates: PostgreSQL gives it back when the
session ends, however it ends. Whoever waits asks again and again and sleeps outside any transaction
in between. A plain ``SELECT pg_advisory_lock(...)`` would hold a snapshot while it waits, the
winner's ``CREATE INDEX CONCURRENTLY`` would wait for that snapshot, and neither could go on.

Source: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic.util import CommandError
from sqlalchemy import Connection, TextClause, text

# The letters of PIXCRAWL as one bigint; advisory locks are per database already.
LOCK_KEY: Final = int.from_bytes(b"PIXCRAWL", "big")
POLL_S: Final = 0.1

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")
# A bigint key stands in pg_locks as two halves, with objsubid 1.
_HOLDER = text(
    """
    SELECT concat('pid ', a.pid, ', application ', quote_literal(a.application_name),
                  ', user ', a.usename, ', connected since ', a.backend_start)
    FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32 | l.objid::bigint) = :key
    """
)


class DeployLockTimeout(CommandError):
    """Another deployer kept the lock for longer than we would wait."""

    def __init__(self, *, waited_s: float, holder: str) -> None:
        self.waited_s, self.holder = waited_s, holder
        super().__init__(
            f"needs advisory lock {LOCK_KEY} to migrate alone; after {waited_s:g} s it is still "
            f"held by {holder}. Let that migration end, or end it with pg_terminate_backend(pid), "
            "then run the same command again; -x deploy_lock_wait_s=SECONDS waits longer"
        )


@contextmanager
def deploy_lock(connection: Connection, *, wait_s: float) -> Iterator[None]:
    """
    Hold the deploy lock of the connection's database while the block runs.

    The connection is outside any transaction when the block begins.

    Raises:
        DeployLockTimeout: The lock was not free within ``wait_s`` seconds.
    """
    deadline = time.monotonic() + wait_s
    while not _alone(connection, _TRY):
        if time.monotonic() >= deadline:
            raise DeployLockTimeout(waited_s=wait_s, holder=_holder(connection))
        time.sleep(POLL_S)
    try:
        yield
    finally:
        # A connection that broke has lost its session, and the lock with it.
        if not (connection.closed or connection.invalidated):
            connection.rollback()
            _alone(connection, _UNLOCK)


def _alone(connection: Connection, statement: TextClause) -> bool:
    with connection.begin():
        return bool(connection.scalar(statement, {"key": LOCK_KEY}))


def _holder(connection: Connection) -> str:
    with connection.begin():
        return connection.scalar(_HOLDER, {"key": LOCK_KEY}) or "a session that has just ended"
