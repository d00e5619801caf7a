"""
Count the rows that a plan goes through, on tables of sizes that they do not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.catalog import Catalog, QualifiedName, quote_identifier
from schemaproof.plans import Plan, Reading, columns_in, readings
from schemaproof.plans.plan import SCANS_ALL
from schemaproof.rows import Volume

Volumes = dict[QualifiedName, Volume]

# From so many rows on it is felt that they are read, or put in order.
MANY = 10_000
# So many rows that are read for one that is wanted are too many.
FAR = 10


@dataclass(frozen=True, kw_only=True)
class Believed:
    """
    How many rows come, as far as anybody knows.

    Attributes:
        rows: How many.
        planned: How many the planner expects.
        column: The column of which the population knows better; None if it does not.
        distinct: The number of its values, as ``ALTER COLUMN … SET (n_distinct = …)`` takes it.
    """

    rows: float
    planned: float
    column: str | None = None
    distinct: float = 0.0

    def __str__(self) -> str:
        if self.column is None:
            return f"{self.rows:,.0f} rows"
        return (
            f"{self.rows:,.0f} rows (that many hang from one {self.column}; the planner expects "
            f"{self.planned:,.0f}, since ANALYZE finds too few values where equal ones lie side by "
            f"side: SET (n_distinct = {self.distinct:.3g}) tells it)"
        )


def partial_indexes(catalog: Catalog) -> frozenset[QualifiedName]:
    """
    Return the indexes that hold only some rows of their table, and find these without being asked.
    """
    return frozenset(
        index.qualified_name for index in catalog.indexes if index.predicate is not None
    )


def whole_scans(plan: Plan, volumes: Volumes, catalog: Catalog) -> Iterator[tuple[Plan, float]]:
    """
    Yield the nodes that read a table from its beginning, with how many rows they read of it.

    An index that is asked for nothing is read like that too, and the table in its order; but not if
    it holds only some rows.
    """
    partial = partial_indexes(catalog)
    for each in readings(plan):
        node = each.node
        if node.node in SCANS_ALL:
            yield node, rows_of(node.table, volumes) * each.share
        elif node.index_name in partial:
            continue
        elif node.index and node.table and not _conditions(node):
            yield node, max(node.rows, rows_of(node.table, volumes)) * each.share


def rows_of(table: QualifiedName | None, volumes: Volumes) -> float:
    """
    Return how many rows a table holds; 0 if nobody has declared it.
    """
    volume = _volume_of(table, volumes)
    return volume.rows if volume else 0


def coming(reading: Reading, volumes: Volumes, planned: float | None = None) -> Believed:
    """
    Return how many rows come from a node in the end, those of all its workers together.

    Args:
        reading: The node.
        volumes: What the tables hold.
        planned: How many the planner expects, if that is not what the node says.
    """
    node = reading.node
    rows = (node.rows if planned is None else planned) * reading.share * _workers(reading)
    volume = _volume_of(node.table, volumes)
    for column, spread in volume.keys.items() if volume else ():
        if spread.fan_out is not None and _is_one(column, node) and spread.fan_out * FAR <= rows:
            return Believed(
                rows=spread.fan_out,
                planned=rows,
                column=column,
                distinct=-1 / spread.fan_out,
            )
    return Believed(rows=rows, planned=rows)


def _volume_of(table: QualifiedName | None, volumes: Volumes) -> Volume | None:
    return None if table is None else volumes.get(table)


def _is_one(column: str, node: Plan) -> bool:
    # A range of keys, or several, is another matter.
    equals = re.compile(rf"{re.escape(quote_identifier(column))}(?:\)::\w+)? = (?!ANY)")
    return any(
        column in columns_in(condition, node.alias) and equals.search(condition)
        for condition in _conditions(node)
    )


def _conditions(node: Plan) -> list[str]:
    return [each.index_condition for each in node.walk() if each.index_condition]


def _workers(reading: Reading) -> float:
    # What a node below a Gather says is one process's share (get_parallel_divisor of costsize.c).
    workers = next((node.workers for node in reversed(reading.above) if node.workers), 0)
    return workers + max(0.0, 1 - 0.3 * workers)
