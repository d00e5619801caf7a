"""
Read the settings of the session in which a migration runs, on its own connection.

What a migration sets for its session outlives it: the next revision of the same run has it too.
Whoever looks asks through the driver, where no listener of SQLAlchemy hears it, and leaves no
transaction open.

Source: https://www.postgresql.org/docs/current/sql-set.html
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

# Those of a transaction end with it. The role is not listed.
SETTINGS = """
SELECT name, setting FROM pg_catalog.pg_settings
WHERE context IN ('user', 'superuser') AND name NOT LIKE 'transaction!_%' ESCAPE '!'
UNION ALL
SELECT 'role', pg_catalog.current_setting('role')
"""
# In milliseconds both.
TIMEOUTS = """
SELECT max(setting) FILTER (WHERE name = 'lock_timeout'),
    max(setting) FILTER (WHERE name = 'statement_timeout')
FROM pg_catalog.pg_settings WHERE name IN ('lock_timeout', 'statement_timeout')
"""


@dataclass(frozen=True, kw_only=True)
class LeftSetting:
    """
    A setting that a step has left otherwise than it found it.

    Attributes:
        name: The setting.
        was: What it was.
        now: What it is, in the same unit, that of ``pg_settings``.
    """

    name: str
    was: str
    now: str


def left_settings(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[LeftSetting, ...]:
    """
    Return what differs.
    """
    return tuple(
        LeftSetting(name=name, was=was, now=after[name])
        for name, was in sorted(before.items())
        if after.get(name, was) != was
    )


def settings(connection: Connection) -> dict[str, str]:
    """
    Return every setting that a session may change, and the role.
    """
    return dict(_rows(connection, SETTINGS))


def timeouts(connection: Connection) -> tuple[int, int]:
    """
    Return ``lock_timeout`` and ``statement_timeout`` in milliseconds; 0 is no limit.
    """
    ((lock_timeout, statement_timeout),) = _rows(connection, TIMEOUTS)
    return int(lock_timeout), int(statement_timeout)


def _rows(connection: Connection, query: str) -> list[Any]:
    is_idle = not connection.in_transaction()
    with closing(connection.connection.cursor()) as cursor:
        # Integers and words only, so that no driver looks for placeholders.
        cursor.execute(query)
        found = [tuple(row) for row in cursor.fetchall()]
    if is_idle:
        connection.connection.rollback()
    return found
