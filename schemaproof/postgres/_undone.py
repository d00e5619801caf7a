"""
Open one transaction for SQLAlchemy and psycopg alike, of which nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import Engine

from schemaproof.postgres.server import Connection


@contextmanager
def undone(engine: Engine) -> Iterator[SqlalchemyConnection]:
    """
    Lend a connection in a transaction that is rolled back.
    """
    with engine.connect() as connection, connection.begin() as transaction:
        # psycopg begins with the first statement, and only then knows savepoints.
        connection.exec_driver_sql("SELECT 1")
        try:
            yield connection
        finally:
            transaction.rollback()


def driver_of(connection: SqlalchemyConnection) -> Connection:
    """
    Return psycopg's connection below SQLAlchemy's.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(f"psycopg 3 was asked for, {type(driver).__name__} came")
    return driver
