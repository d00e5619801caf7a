"""
Draw the values that a query is sent with from the tables that it meets.

A value that was written down may match nothing in tables that are made anew. What is asked for
mostly is the value with the median number of rows; what hurts is the most frequent one.
"""

from __future__ import annotations

from typing import Any, Literal

from psycopg import sql

from benchmarks.growth.statements import searched
from schemaproof.catalog import QualifiedName
from schemaproof.plans import clause
from schemaproof.postgres import Connection
from schemaproof.workload import Query

Kind = Literal["typical", "worst"]
KINDS: tuple[Kind, ...] = ("typical", "worst")
# Parameters that stand for one of many; the others belong to what the query is called.
DRAWN = frozenset({"email", "user_id", "job_id", "project_id", "parent"})

COUNTED = (
    "SELECT {column} AS value, count(*) AS rows FROM {table} WHERE {column} IS NOT NULL GROUP BY 1"
)
ORDERED = {
    "typical": "SELECT value FROM counted ORDER BY rows, value"
    " OFFSET (SELECT (count(*) - 1) / 2 FROM counted) LIMIT 1",
    "worst": "SELECT value FROM counted ORDER BY rows DESC, value LIMIT 1",
}  # fmt: skip


class Values:
    """
    What is found in the tables of one database.

    Args:
        connection: A connection to it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[QualifiedName, str, Kind], Any] = {}

    def of(self, query: Query, kind: Kind) -> dict[str, Any]:
        """
        Return the values for a query's parameters.
        """
        values = dict(query.parameters)
        for name in drawn(query):
            column = query.condition[0]
            values[name] = self._drawn(searched(query.statement, column), column, kind)
        return values

    def close(self) -> None:
        """
        Leave the database.
        """
        self._connection.close()

    def _drawn(self, table: QualifiedName, column: str, kind: Kind) -> Any:
        key = (table, column, kind)
        if key not in self._known:
            statement = f"WITH counted AS ({COUNTED}) {ORDERED[kind]}"
            names = {"column": sql.Identifier(column), "table": sql.Identifier(*table)}
            row = self._connection.execute(sql.SQL(statement).format(**names)).fetchone()
            self._known[key] = row[0] if row else None
        return self._known[key]


def kinds(query: Query) -> tuple[Kind, ...]:
    """
    Return the kinds of values that a query can be sent with: one, if none is to be drawn.
    """
    return KINDS if drawn(query) else KINDS[:1]


def drawn(query: Query) -> frozenset[str]:
    """
    Return the parameters of a query that stand for one of many.
    """
    return DRAWN & {*clause(query.statement).compile().params}
