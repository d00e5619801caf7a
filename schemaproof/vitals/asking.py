"""
Send one of the files of SQL, and leave nothing of it behind.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from schemaproof.postgres import Connection

Row = dict[str, Any]

# No rights, a lock in the way, a time limit, an object that was dropped meanwhile, a standby that
# had to go on.
REFUSALS = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedObject,
    psycopg.errors.ObjectNotInPrerequisiteState,
    psycopg.errors.SerializationFailure,
    psycopg.errors.OutOfMemory,
)


def query(connection: Connection, statement: str | sql.Composed) -> list[Row]:
    """
    Return the rows of a file of SQL, named without its ending, or of a statement.

    The transaction, or the savepoint, is rolled back, and its locks go with it.
    """
    with (
        connection.transaction(force_rollback=True),
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        # Nobody's operators or tables stand in for the server's.
        cursor.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        if isinstance(statement, str):
            file = resources.files("schemaproof.vitals").joinpath("sql", f"{statement}.sql")
            return cursor.execute(file.read_bytes()).fetchall()
        return cursor.execute(statement).fetchall()
