"""
Decide whether a condition can ever be false, by asking those who must know.

PostgreSQL refuses a row when a CHECK's condition is false, not when it is NULL. The planner folds
what is constant: if it answers «WHERE NOT condition» without looking at the table, no row is
refused. What it does not see through is a NULL written into a list or beside an OR.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
"""

from __future__ import annotations

import re

from psycopg import sql

from schemaproof.catalog import QualifiedName
from schemaproof.postgres import Connection

NO_ROW = "One-Time Filter: false"
QUOTED = re.compile(r"'(?:[^']|'')*'")
WRITTEN_NULL = re.compile(r"\bNULL::")


def is_never_false(condition: str, source: sql.Composable, connection: Connection) -> bool:
    """
    Tell whether the planner knows that the condition is false for no row of ``source``.
    """
    query = sql.SQL("EXPLAIN (COSTS off) SELECT FROM {} WHERE NOT ({})").format(
        source, sql.SQL(condition)
    )
    with connection.transaction(force_rollback=True):
        # A CHECK is among what it may conclude from, and is what is in question.
        connection.execute("SET LOCAL constraint_exclusion = off")
        return any(NO_ROW in line for (line,) in connection.execute(query))


def is_never_true(condition: str | None, table: QualifiedName, connection: Connection) -> bool:
    """
    Tell whether the planner knows that the condition is true for no row of the table.
    """
    if condition is None:
        return False
    name = sql.Identifier(table.schema, table.name)
    return is_never_false(f"({condition}) IS NOT TRUE", name, connection)


def has_written_null(condition: str) -> bool:
    """
    Tell whether a NULL is written into the condition.
    """
    return bool(WRITTEN_NULL.search(QUOTED.sub("''", condition)))
