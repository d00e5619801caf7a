"""
Drop a run's databases from a server that was there before it and stays after it.

Run as a program in a session of its own. Its first line of standard input is a connection string
(not an argument: arguments can be read by every user of the machine), the second the prefix that
the run gives its databases. When standard input closes, however the run ended, they are dropped.
"""

from __future__ import annotations

import contextlib
import signal
import sys

import psycopg
from psycopg import sql

# A run that was killed may have been making a database, which its session goes on with alone.
END_SESSIONS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE usename = current_user AND pid <> pg_backend_pid()
AND starts_with(query, 'CREATE DATABASE "' || %s)
"""


def drop_databases(connection_string: str, prefix: str) -> None:
    """
    Drop every database of the server whose name begins with ``prefix``.
    """
    with psycopg.connect(connection_string, autocommit=True) as connection:
        connection.execute(END_SESSIONS, [prefix])
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY datname",
            [prefix],
        ).fetchall()
        for (name,) in names:
            database = sql.Identifier(name)
            # The run's own drop of it may have been under way.
            with contextlib.suppress(psycopg.errors.InvalidCatalogName):
                # DROP DATABASE refuses a template.
                connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(database))
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


def main() -> None:
    """
    Wait for the end of the run, then drop.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    connection_string = sys.stdin.readline().rstrip("\n")
    prefix = sys.stdin.readline().rstrip("\n")
    sys.stdin.read()
    # Half a line means that the run ended before it made anything.
    if not prefix:
        return
    try:
        drop_databases(connection_string, prefix)
    except psycopg.Error as error:
        told = " ".join(str(error).split())
        sys.exit(f"schemaproof: databases named {prefix}… may be left on the server: {told}")


if __name__ == "__main__":
    main()
