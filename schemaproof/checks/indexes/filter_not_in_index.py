"""
Report index scans that fetch many rows to throw most of them away.

A condition on a column that the index does not have is tested on the row itself, after it was
fetched from the table. EXPLAIN shows it as a filter, and says only how many rows are left: how many
are fetched it says of a bitmap, which is why the query is planned with one.

Source: https://www.postgresql.org/docs/current/indexes-multicolumn.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, QualifiedName, short_name
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.indexes._asked import at, plan_if_taken, plans_of, registered_at
from schemaproof.checks.indexes._scale import FAR, Believed, coming, partial_indexes
from schemaproof.plans import Plan, Reading, columns_in, readings
from schemaproof.project import Project
from schemaproof.scaling import Planning
from schemaproof.workload import Query

BITMAPS = {"enable_indexonlyscan": "off", "enable_indexscan": "off", "enable_seqscan": "off"}
# Each of them may lie in a block of its own.
MANY_FETCHED = 1_000


@check("indexes/filter-not-in-index", severity="warning")
def filter_not_in_index(
    query: Query, planning: Planning, catalog: Catalog, project: Project
) -> Iterator[Yielded]:
    plans = plans_of(planning, query)
    if isinstance(plans, Skip):
        yield plans
        return
    partial = partial_indexes(catalog)
    seen = []
    for rows, plan in plans.items():
        for reading in _filtering(plan, partial):
            fetched = _fetched(reading, planning, query, rows)
            if fetched is None:
                continue
            wanted = coming(reading, {}).rows / max(fetched.planned, 1)
            left = fetched.rows * min(wanted, 1)
            if fetched.rows >= max(MANY_FETCHED, FAR * left):
                yield _violation(query, reading.node, fetched, left, at(rows, planning), project)
                return
            seen.append(f"at {at(rows, planning)} {left:,.0f} of {fetched} are left")
    yield Evidence(seen="; ".join(seen) or "throws away no row that an index has found")


def _filtering(plan: Plan, partial: frozenset[QualifiedName]) -> Iterator[Reading]:
    for each in readings(plan):
        node = each.node
        # What is asked for nothing reads the whole table, and another check says so.
        is_asked = node.index_condition is not None or node.index_name in partial
        if node.filter and (
            node.node == "Bitmap Heap Scan" or (node.node == "Index Scan" and is_asked)
        ):
            yield each


def _fetched(reading: Reading, planning: Planning, query: Query, rows: float) -> Believed | None:
    node, volumes = reading.node, planning.volumes(rows)
    if node.node == "Bitmap Heap Scan":
        return coming(reading, volumes, node.inputs[0].rows)
    other = plan_if_taken(planning, query, rows, settings=BITMAPS)
    found = [
        each.rows
        for each in (other.walk() if other else ())
        if (each.index_name, each.index_condition) == (node.index_name, node.index_condition)
    ]
    return coming(reading, volumes, found[0]) if found else None


def _violation(
    query: Query, node: Plan, fetched: Believed, left: float, size: str, project: Project
) -> Violation:
    columns = ", ".join(sorted(columns_in(node.filter or "", node.alias)))
    index = node.index or ", ".join(sorted(node.indexes))
    table = short_name(node.table) if node.table else ""
    return Violation(
        where=query.name,
        found=f"at {size} {index} finds {fetched} of {table}, and {left:,.0f} are left "
        f"after {node.filter}",
        because="each of them is fetched from the table, and most of them for nothing",
        fix=f"Add {columns} to the keys of {index}, if an operator of it is served by one.",
        location=registered_at(query, project),
    )
