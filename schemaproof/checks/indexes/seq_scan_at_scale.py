"""
Report registered queries that read a large table from end to end.

On the tables of a developer every query is fast. What reads all of a table grows with it, and is
noticed in production first. Where that is right, as for a value that most rows have, the query says
so with ``reads_all_because``.

Source: https://www.postgresql.org/docs/current/using-explain.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, short_name
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.indexes._asked import at, cost, plans_of, registered_at
from schemaproof.checks.indexes._scale import MANY, whole_scans
from schemaproof.plans import Plan
from schemaproof.project import Project
from schemaproof.scaling import Planning
from schemaproof.workload import Query


@check("indexes/seq-scan-at-scale", severity="warning")
def seq_scan_at_scale(
    query: Query, planning: Planning, catalog: Catalog, project: Project
) -> Iterator[Yielded]:
    plans = plans_of(planning, query)
    if isinstance(plans, Skip):
        yield plans
        return
    if query.reads_all_because is not None:
        yield Evidence(seen=f"reads it all on purpose: {query.reads_all_because}")
        return
    most = 0.0
    for rows, plan in plans.items():
        for node, read in whole_scans(plan, planning.volumes(rows), catalog):
            most = max(most, read)
            if read >= MANY:
                yield _violation(query, node, f"{read:,.0f}", plan, at(rows, planning), project)
                return
    read_most = f"reads at most {most:,.0f} rows" if most else "reads no table"
    yield Evidence(seen=f"{read_most} from the beginning")


def _violation(
    query: Query, node: Plan, read: str, plan: Plan, size: str, project: Project
) -> Violation:
    table = short_name(node.table) if node.table else ""
    wanted = f"what it asks for, {node.filter}" if node.filter else "its order or what it joins"
    return Violation(
        where=query.name,
        found=f"at {size} it reads {read} rows of {table} from the beginning: "
        f"{plan.shape}, cost {cost(plan)}",
        because="it becomes slower with every row that the table gets, and pushes out of the "
        "cache what others need",
        fix=f"Index {wanted}, or say why it is to read all of {table}, with reads_all_because.",
        location=registered_at(query, project),
    )
