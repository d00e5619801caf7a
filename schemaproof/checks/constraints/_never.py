"""
Decide whether a condition can ever be false, by asking those who must know.

PostgreSQL refuses a row when a CHECK's condition is false, not when it is NULL. The planner folds
what is constant: if it answers «WHERE NOT condition» without looking at the table, no row is
refused. What it does not see through is a NULL in the list of an IN, so that is spelt out for it.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
"""

from __future__ import annotations

import re

from psycopg import sql

from schemaproof.catalog import QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.statements import bare_relation

NO_ROW = "One-Time Filter: false"
QUOTED = r"'(?:[^']|'')*'"
# As PostgreSQL writes IN: (x = ANY (ARRAY[…])), or (x = ANY ((ARRAY[…])::text[])).
IN_LIST = re.compile(
    rf"(?P<before>= ANY \(+ARRAY\[)(?P<elements>(?:{QUOTED}|[^'\]])*)"
    r"(?P<after>\](?:\)::[\w ]+\[\])?\))"
)
ELEMENT = re.compile(rf"(?:{QUOTED}|[^',])+")


def is_never_false(condition: str, source: sql.Composable, connection: Connection) -> bool:
    """
    Tell whether the planner knows that the condition is false for no row of ``source``.
    """
    query = sql.SQL("EXPLAIN (COSTS off) SELECT FROM {} WHERE NOT ({})").format(
        source, sql.SQL(_without_nulls(condition))
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
    return is_never_false(f"({condition}) IS NOT TRUE", bare_relation(table), connection)


def _without_nulls(condition: str) -> str:
    """
    Write ``x IN (a, NULL)`` as what it means, ``x IN (a) OR NULL``: the planner knows the latter.
    """
    return IN_LIST.sub(_spelt_out, condition)


def _spelt_out(found: re.Match[str]) -> str:
    elements = ELEMENT.findall(found["elements"])
    given = [one.strip() for one in elements if not one.strip().startswith("NULL::")]
    if not given or len(given) == len(elements):
        return found.group()
    # PostgreSQL puts parentheses around every operation, so that this OR ends with the IN.
    return f"{found['before']}{', '.join(given)}{found['after']} OR NULL::boolean"
