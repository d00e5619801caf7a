"""
Time a change to a database, and undo it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass

from schemaproof.postgres import Connection

WRITTEN = "SELECT pg_current_wal_insert_lsn() - '0/0'"
SCANNED = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = %s"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """
    A change, and what makes it another one than it would be.

    Attributes:
        statement: The change.
        table: The table of which dead rows are removed afterwards, and whose reads are counted.
        before: What is done first in the same transaction, and not timed; nothing if empty.
    """

    statement: str
    table: str
    before: str = ""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """
    What a change took.

    Attributes:
        took_s: How long the client waited.
        wal_bytes: How much was written ahead for it.
        scanned: How many rows of the trial's table were read by going through all of it.
    """

    took_s: float
    wal_bytes: int
    scanned: int


def cost(connection: Connection, trial: Trial) -> Cost:
    """
    Make a change once, on a connection in autocommit mode.
    """
    with connection.transaction(force_rollback=True):
        if trial.before:
            connection.execute(trial.before)
        # What is prepared once, and read of the catalogue once, is not the change's.
        with connection.transaction(force_rollback=True):
            connection.execute(trial.statement)
        scanned, written = _scanned(connection, trial), _written(connection)
        started = time.perf_counter()
        connection.execute(trial.statement)
        took_s = time.perf_counter() - started
        return Cost(
            took_s=took_s,
            wal_bytes=_written(connection) - written,
            scanned=_scanned(connection, trial) - scanned,
        )


def in_turn(
    connection: Connection, trials: Mapping[str, Trial], rounds: int
) -> dict[str, list[Cost]]:
    """
    Make each change once a round, in an order of chance.
    """
    chance = random.Random(1)  # noqa: S311 - nothing secret
    found: dict[str, list[Cost]] = {name: [] for name in trials}
    for _ in range(rounds):
        for name in chance.sample([*trials], len(trials)):
            found[name].append(cost(connection, trials[name]))
            connection.execute(f"VACUUM {trials[name].table}")
    return found


def _written(connection: Connection) -> int:
    row = connection.execute(WRITTEN).fetchone()
    return int(row[0]) if row else 0


def _scanned(connection: Connection, trial: Trial) -> int:
    row = connection.execute(SCANNED, [trial.table]).fetchone()
    return int(row[0]) if row else 0
