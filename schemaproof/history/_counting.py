"""
Ask a backend what it has read and written anew.

The server counts sequential passes, those of ALTER TABLE and of index builds too. Before it tells
others it tells the backend that made them, so that is asked on the connection of ``env.py``,
through its driver, where no listener of SQLAlchemy hears it.

Source: https://www.postgresql.org/docs/current/monitoring-stats.html
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import Connection

# Integers only, so that no driver looks for placeholders.
COUNTS = """
SELECT * FROM (
    SELECT t.oid, {scans} AS scans, {rows} AS rows, pg_catalog.pg_relation_filenode(t.oid)
    FROM unnest(ARRAY[{oids}]::oid[]) AS t (oid)
) AS counted
WHERE scans > 0 OR oid IN ({locked})
"""
OWN = "pg_catalog.pg_stat_get_xact_{}(t.oid)"
# After the end of a transaction part of it may have been told to the others already.
ALL = "pg_catalog.pg_stat_get_{0}(t.oid) + pg_catalog.pg_stat_get_xact_{0}(t.oid)"
# A table whose own rows were not read: another, new one refers to it.
ONLY_REFERRED_TO = """
SELECT confrelid FROM pg_catalog.pg_constraint
WHERE contype = 'f' AND confrelid IN ({scanned}) AND conrelid NOT IN ({oids})
"""
PID = "schemaproof_pid"


class Count(NamedTuple):
    """
    What has been done to a table.

    Attributes:
        scans: How often it was read from one end to the other.
        rows: How many rows were read in that way.
        file: The number of its file.
    """

    scans: int
    rows: int
    file: int | None


NOTHING = Count(0, 0, None)
Counts = dict[int, Count]


def is_autocommit(connection: Connection) -> bool:
    """
    Whether every statement is a transaction of its own.
    """
    return bool(getattr(connection.connection.dbapi_connection, "autocommit", False))


def backend_pid(connection: Connection) -> int:
    """
    Return the number of the process that serves the connection.
    """
    if PID not in connection.info:
        ((connection.info[PID],),) = _rows(connection, "SELECT pg_catalog.pg_backend_pid()")
    pid: int = connection.info[PID]
    return pid


def counts(connection: Connection, oids: Iterable[int], *, locked: Iterable[int] = ()) -> Counts:
    """
    Return what has been done to those of the tables to which anything was, or that are locked.
    """
    words = ALL if is_autocommit(connection) else OWN
    query = COUNTS.format(
        scans=words.format("numscans"),
        rows=words.format("tuples_returned"),
        oids=_listed(oids),
        locked=_listed(locked),
    )
    return {oid: Count(*count) for oid, *count in _rows(connection, query)}


def referred_to_by_new(
    connection: Connection, scanned: Iterable[int], oids: Iterable[int]
) -> set[int]:
    """
    Return those of the scanned tables that a table which is none of ``oids`` has a key to.
    """
    query = ONLY_REFERRED_TO.format(scanned=_listed(scanned), oids=_listed(oids))
    return {oid for (oid,) in _rows(connection, query)}


def _listed(oids: Iterable[int]) -> str:
    return ", ".join(map(str, oids)) or "0"


def _rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(query)
        return [tuple(row) for row in cursor.fetchall()]
