"""
Report registered queries for which the live server reads a large table from end to end.

Plans at made-up sizes are told by `verify`; this one is asked of the server that is there, with the
statistics that it has now. Nothing is run.

Source: https://www.postgresql.org/docs/current/using-explain.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.indexes._asked import cost, registered_at
from schemaproof.checks.indexes._scale import MANY, whole_scans
from schemaproof.plans import Plan
from schemaproof.project import Project
from schemaproof.rows import Volume
from schemaproof.staging import LivePlans
from schemaproof.vitals import Vitals
from schemaproof.workload import Query


@check("deploy/query-plan", severity="warning")
def query_plan(
    reading: Query, live_plans: LivePlans, vitals: Vitals, catalog: Catalog, project: Project
) -> Iterator[Yielded]:
    plan = live_plans.of(reading)
    if isinstance(plan, str):
        yield Skip(why=f"it cannot be planned there: {plan}")
        return
    if reading.reads_all_because is not None:
        yield Evidence(seen=f"{plan.shape}; to read it all is right: {reading.reads_all_because}")
        return
    volumes = {one.table: Volume(rows=max(one.estimated_rows or 0, 0)) for one in vitals.tables}
    for node, read in whole_scans(plan, volumes, catalog):
        if read >= MANY:
            yield _violation(reading, node, read, plan, project)
            return
    yield Evidence(seen=f"{plan.shape}, cost {cost(plan)}")


def _violation(query: Query, node: Plan, read: float, plan: Plan, project: Project) -> Violation:
    promised = f" and not {query.index}" if query.index else ""
    return Violation(
        where=query.name,
        found=f"the server would read all {read:,.0f} rows of {node.relation}{promised}: "
        f"{plan.shape}, cost {cost(plan)}",
        because="it becomes slower with every row that the table gets, and pushes out of the "
        "cache what others need",
        fix=f"See that the index is there and valid, then ANALYZE {node.relation}; "
        "'schemaproof explain-plan' shows the plan at other sizes.",
        location=registered_at(query, project),
    )
