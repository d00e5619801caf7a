"""
Read from a database what its planner knows, to pose as it elsewhere.

Source: https://www.postgresql.org/docs/current/catalog-pg-statistic.html
"""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

import psycopg

from schemaproof.catalog import snapshot
from schemaproof.plans import Statistics, read_statistics
from schemaproof.postgres import Connection
from schemaproof.scaling import with_heights
from schemaproof.staging.redaction import redacted


def exported(connection: Connection, *, redacts: bool = True) -> Statistics:
    """
    Return what the planner of a database knows.

    Args:
        connection: A session on it that only reads.
        redacts: Whether values of its rows are replaced by made-up ones in the same order.
    """
    # One moment for all of it, as far as the planner's knowledge changes at all.
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        statistics = with_heights(_read(connection), snapshot(connection))
        if not redacts:
            return statistics
        return {
            name: replace(
                each, columns=tuple(redacted(column, connection) for column in each.columns)
            )
            for name, each in statistics.items()
        }


def _read(connection: Connection) -> Statistics:
    try:
        with connection.transaction():
            return read_statistics(connection)
    except psycopg.errors.InsufficientPrivilege:
        query = resources.files("schemaproof.staging").joinpath("sql", "seen_columns.sql")
        return read_statistics(connection, columns=query.read_bytes())
