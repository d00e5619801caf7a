"""
Read which rows the partitions of a table take.

A partitioned table itself takes a row only if one of its partitions does.

Source: https://www.postgresql.org/docs/current/ddl-partitioning.html
"""

from __future__ import annotations

import re

from psycopg import sql

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.candidates import mentions

SECONDS = re.compile(r"(:\d\d)(?:\.\d+)?(?=[+-]|$)")


def bounds(table: QualifiedName, connection: Connection) -> str | None:
    """
    Return the condition of a row that some partition takes; None if the table has no partitions.
    """
    # A partition that takes all there is has no condition.
    query = sql.SQL(
        "SELECT string_agg(coalesce(pg_catalog.pg_get_partition_constraintdef(relid), 'true'),"
        " ' OR ' ORDER BY relid::text)"
        " FROM pg_catalog.pg_partition_tree({}::regclass) WHERE isleaf AND level > 0"
    ).format(sql.Literal(sql.Identifier(table.schema, table.name).as_string()))
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def partitioned_by(table: QualifiedName, catalog: Catalog) -> tuple[str, ...]:
    """
    Return the columns that decide which partition takes a row; nothing of an ordinary table.
    """
    found = catalog.table(*table)
    key = found.partition_key if found is not None else None
    if key is None:
        return ()
    below = [one.qualified_name for one in catalog.tables if table in one.parents]
    return tuple(
        column.name
        for column in catalog.columns_of(table)
        if mentions(key, column.name)
        or any(column.name in partitioned_by(one, catalog) for one in below)
    )


def within(base: str | None, number: int) -> str | None:
    """
    Return a moment that is hardly later, another one for each number; what is no moment as it is.
    """
    return SECONDS.sub(rf"\g<1>.{number:06}", base) if base else base
