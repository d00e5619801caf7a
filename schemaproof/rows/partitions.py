"""
Read which rows the partitions of a table take.

A partitioned table itself takes a row only if one of its partitions does.

Source: https://www.postgresql.org/docs/current/ddl-partitioning.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from psycopg import sql

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.candidates import mentions

SECONDS = re.compile(r"(:\d\d)(?:\.\d+)?(?=[+-]|$)")


def bounds(table: QualifiedName, connection: Connection) -> str | None:
    """
    Return the condition of a row that a table's partitions, or a partition, take; None without any.
    """
    # A partition that takes all there is has no condition.
    query = sql.SQL(
        "SELECT string_agg(coalesce(pg_catalog.pg_get_partition_constraintdef(relid), 'true'),"
        " ' OR ' ORDER BY relid::text)"
        " FROM pg_catalog.pg_partition_tree({}::regclass) WHERE isleaf"
    ).format(sql.Literal(sql.Identifier(table.schema, table.name).as_string()))
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def partitioned_by(table: QualifiedName, catalog: Catalog) -> tuple[str, ...]:
    """
    Return the columns that decide which partition takes a row; nothing of an ordinary table.
    """
    family = [*_above(table, catalog), table, *_below(table, catalog)]
    found = [one.partition_key for name in family if (one := catalog.table(*name)) is not None]
    keys = [key for key in found if key is not None]
    return tuple(
        column.name
        for column in catalog.columns_of(table)
        if any(mentions(key, column.name) for key in keys)
    )


def _above(table: QualifiedName, catalog: Catalog) -> Iterator[QualifiedName]:
    found = catalog.table(*table)
    for parent in found.parents if found is not None else ():
        yield parent
        yield from _above(parent, catalog)


def _below(table: QualifiedName, catalog: Catalog) -> Iterator[QualifiedName]:
    for one in catalog.tables:
        if table in one.parents:
            yield one.qualified_name
            yield from _below(one.qualified_name, catalog)


def within(base: str | None, number: int) -> str | None:
    """
    Return a moment that is hardly later, another one for each number; what is no moment as it is.
    """
    return SECONDS.sub(rf"\g<1>.{number:06}", base) if base else base
