"""
Read and write what the planner knows of columns together.

PostgreSQL has no way to write it, but whole it is bytes, and a superuser may say so by a cast.

Source: https://www.postgresql.org/docs/current/sql-createcast.html (WITHOUT FUNCTION)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from psycopg import sql
from psycopg.types.json import Jsonb

from schemaproof.catalog import QualifiedName
from schemaproof.plans.extended import ExtendedStatistics
from schemaproof.plans.statistics import named_rows, query
from schemaproof.postgres import Connection

TYPES = ("pg_ndistinct", "pg_dependencies", "pg_mcv_list")
SINCE_INHERITED = 150_000  # a column of that name


def read_extended(
    connection: Connection,
) -> dict[QualifiedName, tuple[ExtendedStatistics, ...]]:
    """
    Return what the planner knows of columns together, by table.

    Not of those with expressions.
    """
    found: dict[QualifiedName, tuple[ExtendedStatistics, ...]] = {}
    for row in named_rows(connection, query("extended")):
        told = row._asdict()
        table = QualifiedName(told.pop("table_schema"), told.pop("table_name"))
        told |= {"keys": tuple(row.keys), "columns": tuple(row.columns)}
        found[table] = (*found.get(table, ()), ExtendedStatistics(**told))
    return found


def pose_extended(connection: Connection, statistics: Sequence[ExtendedStatistics]) -> None:
    """
    Write extended statistics into a database that nobody has analysed.

    Args:
        connection: A superuser's, in a transaction.
        statistics: Of what is not there, or has other columns, nothing is written.
    """
    if not statistics:
        return
    for name in TYPES:
        cast = sql.SQL("CREATE CAST (bytea AS {}) WITHOUT FUNCTION").format(sql.Identifier(name))
        connection.execute(cast)
    # In PostgreSQL 14 an empty row is there from the beginning, and must be.
    is_older = connection.info.server_version < SINCE_INHERITED
    if not is_older:
        connection.execute("DELETE FROM pg_statistic_ext_data")
    written = query("pose_extended_14" if is_older else "pose_extended")
    connection.execute(written, [Jsonb([asdict(each) for each in statistics])])
    for name in TYPES:
        connection.execute(sql.SQL("DROP CAST (bytea AS {})").format(sql.Identifier(name)))
