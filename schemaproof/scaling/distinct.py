"""
Estimate how many values a column has from those of a sample, as ANALYZE does.

Source: Haas and Stokes, "Estimating the number of classes in a finite population", 1998; and
https://github.com/postgres/postgres/blob/master/src/backend/commands/analyze.c (Duj1)
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from schemaproof.catalog import QualifiedName
from schemaproof.postgres import Connection

# Beyond that share of the rows ANALYZE takes it for granted that values grow with them.
GROWS_FROM = 0.1

COUNTED = sql.SQL(
    "SELECT count(*), count(*) FILTER (WHERE rows = 1), coalesce(sum(rows), 0)::bigint FROM"
    " (SELECT count(*) AS rows FROM {} WHERE {} GROUP BY {}) AS each"
)


class Counts:
    """
    How often values occur in the samples of one database.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, table: QualifiedName, columns: Sequence[str]) -> tuple[int, int, int]:
        """
        Return how many values some columns have together, how many occur once, in how many rows.
        """
        names = [sql.Identifier(name) for name in columns]
        statement = COUNTED.format(
            sql.Identifier(*table),
            sql.SQL(" AND ").join(sql.SQL("{} IS NOT NULL").format(name) for name in names),
            sql.SQL(", ").join(names),
        )
        row = self._connection.execute(statement).fetchone()
        return row or (0, 0, 0)


def estimated(values: int, once: int, sampled: int, rows: float) -> float:
    """
    Return how many values there are among ``rows`` rows.

    Args:
        values: How many different ones the sample has.
        once: How many of them occur once in it.
        sampled: How many rows it has.
        rows: How many rows it was drawn from.
    """
    if not sampled or rows <= sampled:
        return float(values)
    if once == sampled:
        return rows
    estimate = sampled * values / (sampled - once + once * sampled / rows)
    return min(max(estimate, values), rows)


def as_stored(distinct: float, rows: float) -> float:
    """
    Return a number of values as ``pg_statistic`` has it: negative if it grows with the rows.
    """
    if distinct > GROWS_FROM * rows:
        return -min(distinct / rows, 1.0)
    return float(round(distinct))
