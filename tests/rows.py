"""
Insert rows with plain SQL: each with no more than its table asks for, and parents as needed.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from psycopg import Connection, sql

from tests.facts import FOREIGN_KEYS, TABLES

# The columns that have no default, except keys to other tables.
NEEDED: Mapping[str, Mapping[str, object]] = {
    "profiles": {},
    "projects": {"name": "Cats"},
    "crawl_jobs": {"name": "Cats, first try", "keywords": '["cat"]'},
    "images": {"original_url": "https://example.org/cat.jpg", "filename": "cat.jpg"},
    "activity_logs": {"action": "login"},
    "validation_jobs": {"name": "Sharp enough"},
    "export_jobs": {"name": "For training"},
}
_NULLABLE = {
    (table.name, column.name) for table in TABLES for column in table.columns if column.is_nullable
}


def insert(connection: Connection[Any], table: str, **values: object) -> Any:
    """
    Insert one row and return its ``id``; what is not given is made, parents included.

    A value of a jsonb column is JSON text.
    """
    row = {**_needed(table), **values}
    for key in FOREIGN_KEYS:
        if key.child == table and key.column not in row and (table, key.column) not in _NULLABLE:
            row[key.column] = insert(connection, key.parent)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    inserted = connection.execute(statement, list(row.values())).fetchone()
    assert inserted is not None
    return inserted[0]


def read(connection: Connection[Any], table: str, key: object, column: str) -> Any:
    """
    Return one value of the row ``key``, or None if there is no such row.
    """
    statement = sql.SQL("SELECT {} FROM {} WHERE id = %s").format(
        sql.Identifier(column), sql.Identifier(table)
    )
    row = connection.execute(statement, [key]).fetchone()
    return None if row is None else row[0]


def exists(connection: Connection[Any], table: str, key: object) -> bool:
    """
    Return whether the row ``key`` is there.
    """
    return read(connection, table, key, "id") is not None


def update(connection: Connection[Any], table: str, key: object, **values: object) -> int:
    """
    Change the row ``key`` and return how many rows that were.
    """
    changes = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values]
    statement = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(
        sql.Identifier(table), sql.SQL(", ").join(changes)
    )
    return connection.execute(statement, [*values.values(), key]).rowcount


def delete(connection: Connection[Any], table: str, key: object) -> int:
    """
    Delete the row ``key`` and return how many rows that were, children not counted.
    """
    statement = sql.SQL("DELETE FROM {} WHERE id = %s").format(sql.Identifier(table))
    return connection.execute(statement, [key]).rowcount


def _needed(table: str) -> dict[str, object]:
    if table != "profiles":
        return dict(NEEDED[table])
    key = uuid4()
    return {"id": key, "email": f"{key}@example.org"}
