"""
Compare how each registered query is planned with the plans that were last accepted.

A dropped index, a new one, another type, another version of the library that writes the SQL: a plan
changes for reasons that nobody connects with it. The accepted plans are committed, so that the
change is seen in the review of what caused it.

Source: https://www.postgresql.org/docs/current/using-explain.html
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.checks.indexes._asked import Undeclared, at, plans_of, registered_at
from schemaproof.project import Project
from schemaproof.scaling import BadBaseline, Planning, described, read_baseline
from schemaproof.workload import Query, Workload

ACCEPT = "Run 'schemaproof accept-plans' and commit the file"


@check("indexes/plan-changed", severity="warning")
def plan_changed(
    baseline: Path, planning: Planning, workload: Workload, project: Project
) -> Iterator[Yielded]:
    try:
        accepted = read_baseline(baseline)
    except BadBaseline as error:
        yield _no_baseline(baseline, str(error))
        return
    if accepted.postgresql != planning.postgresql:
        yield Skip(
            why=f"the plans were accepted on PostgreSQL {accepted.postgresql}, and this is "
            f"{planning.postgresql}"
        )
        return
    same = 0
    for query in workload.queries:
        found = _found(query, accepted.plans.get(query.name, {}), planning)
        if isinstance(found, Skip):
            yield found
        elif found:
            yield _changed(query, found, project)
        else:
            same += 1
    for name in sorted(accepted.plans.keys() - {query.name for query in workload.queries}):
        yield _gone(name, baseline)
    yield Evidence(seen=f"{same} queries are planned as they were accepted")


def _found(query: Query, accepted: dict[str, str], planning: Planning) -> str | Skip:
    plans = plans_of(planning, query)
    if isinstance(plans, Undeclared):
        plans = plans.plans  # it was accepted like that
    if isinstance(plans, Skip):
        return plans
    now = {rows: described(plan) for rows, plan in plans.items()}
    was = {rows: accepted.get(f"{rows:.0f}", "nothing that was accepted") for rows in now}
    return "; ".join(
        f"at {at(rows, planning)} it was {was[rows]}, and is {now[rows]}"
        for rows in now
        if was[rows] != now[rows]
    )


def _changed(query: Query, found: str, project: Project) -> Violation:
    return Violation(
        where=query.name,
        found=found,
        because="what caused it may not have been meant to, and at that size nobody tries it first",
        fix=f"{ACCEPT}, if it is better; else undo what caused it.",
        location=registered_at(query, project),
    )


def _gone(name: str, baseline: Path) -> Violation:
    return Violation(
        where=name,
        found="its plan was accepted, and no such query is registered any more",
        because="nobody looks at its plan now, although somebody sends it perhaps",
        fix=f"{ACCEPT}, if it is not sent any more; else register it.",
        location=Location(file=baseline),
    )


def _no_baseline(baseline: Path, told: str) -> Violation:
    return Violation(
        where=baseline.name,
        found=told,
        because="no change of a plan can be seen",
        fix=f"{ACCEPT}.",
        location=Location(file=baseline) if baseline.is_file() else None,
    )
