"""
Offer the test's database without the ORM, and a record of what the ORM sends to it.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session


@pytest.fixture
def raw(schema_session: Session) -> psycopg.Connection[Any]:
    """
    A psycopg connection to the migrated database: SQL that no ORM has touched.

    It is the connection of ``schema_session``; its transaction is rolled back after the test.
    """
    connection = schema_session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


@pytest.fixture
def statements(schema_session: Session) -> Iterator[list[str]]:
    """
    Every statement that ``schema_session`` sends from now on, savepoints left out.

    Empty at first; ``clear()`` it to forget what was only preparation.
    """
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "SAVEPOINT" not in statement:
            sent.append(statement)

    connection = schema_session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)
