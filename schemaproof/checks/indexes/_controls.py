"""
Ask what becomes of a query without its index, without its values, and without sequential scans.

A claim that holds says little if the opposite would do as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, short_name
from schemaproof.checks.check import Evidence, Violation, Yielded
from schemaproof.checks.indexes._asked import (
    at,
    cost,
    plan_after_five,
    plan_if_taken,
    registered_at,
)
from schemaproof.checks.indexes._promise import Promise, made_redundant
from schemaproof.checks.indexes._same import in_sql
from schemaproof.checks.indexes._scale import MANY, rows_of
from schemaproof.plans import Plan
from schemaproof.project import Project
from schemaproof.scaling import Planning
from schemaproof.workload import Query

# Within one per cent the planner itself takes two costs for equal: STD_FUZZ_FACTOR of pathnode.c.
FUZZ = 1.01
NO_SCAN = {"enable_seqscan": "off"}


def is_equal(
    promise: Promise,
    plans: dict[float, Plan],
    rows: float,
    planning: Planning,
    catalog: Catalog,
) -> bool:
    """
    Tell whether the index would do as well as what is taken, and that is there for nothing else.

    Between an index and one that begins with its keys chance decides, and the next VACUUM.
    """
    stand_ins = made_redundant(promise.index, catalog)
    if plans[rows].indexes.isdisjoint(other.name for other in stand_ins):
        return False
    hidden = tuple(str(other.qualified_name) for other in stand_ins)
    plan = plan_if_taken(planning, promise.query, rows, without=hidden)
    return (
        plan is not None
        and promise.broken_by(plan) is None
        and plan.total_cost <= plans[rows].total_cost * FUZZ
    )


def useless(
    promise: Promise,
    plans: dict[float, Plan],
    planning: Planning,
    catalog: Catalog,
    project: Project,
) -> Iterator[Yielded]:
    """
    Say what a query costs without the index, at each size; that is a violation if it is no dearer.
    """
    index, stand_ins = promise.index, made_redundant(promise.index, catalog)
    hidden = tuple(map(str, [*sorted(promise.names), *(one.qualified_name for one in stand_ins)]))
    without = {rows: plan_if_taken(planning, promise.query, rows, without=hidden) for rows in plans}
    seen = "; ".join(
        f"at {at(rows, planning)} cost {cost(plan)}, "
        f"{_without(without[rows])} without {' and '.join(one.name for one in (index, *stand_ins))}"
        for rows, plan in plans.items()
    )
    if all(
        (other := without[rows]) is not None and other.total_cost <= plan.total_cost * FUZZ
        for rows, plan in plans.items()
    ):
        yield Violation(
            where=promise.query.name,
            found=seen,
            because=f"{index.name} spares the query less than the planner can tell apart, at any "
            "size, and every write maintains it",
            fix=f"Drop {in_sql(index)} CONCURRENTLY, if no other query needs it, and let this one "
            "rely on what serves it then.",
            location=registered_at(promise.query, project),
        )
    else:
        yield Evidence(seen=f"by {index.name}: {seen}")


def after_five(
    promise: Promise, plans: dict[float, Plan], planning: Planning, project: Project
) -> Iterator[Yielded]:
    """
    Say where a plan for any values breaks the promise, and whether the server comes to use it.

    That it reads a small table instead is told and no violation: nobody would notice.
    """
    query = promise.query
    for rows, plan in plans.items():
        generic = plan_if_taken(planning, query, rows, is_generic=True)
        told = generic and promise.broken_by(generic)
        if generic is None or told is None:
            continue
        sixth = plan_after_five(planning, query, rows)
        is_chosen = sixth is not None and sixth.shape == generic.shape
        both = (
            f"at {at(rows, planning)} the plan for any values is {generic.shape}, cost "
            f"{cost(generic)} against {cost(plan)} for these"
        )
        volumes = planning.volumes(rows)
        most = max((rows_of(table, volumes) for table in generic.scanned), default=0)
        if is_chosen and most >= MANY:
            yield _slow_after_five(query, both, project)
        else:
            then = "comes to choose, of a small table" if is_chosen else "does not choose"
            yield Evidence(seen=f"{both}, which the server {then}")


def _slow_after_five(query: Query, both: str, project: Project) -> Violation:
    return Violation(
        where=query.name,
        found=f"{both}, and the server chooses it once it was prepared and run five times",
        because="a driver that prepares statements makes the query slow after a while, and a new "
        "connection makes it fast again",
        fix="Send it with plan_cache_mode = force_custom_plan, or write the value that is always "
        "the same into the statement instead of binding it.",
        location=registered_at(query, project),
    )


def reads_all(
    query: Query, plans: dict[float, Plan], planning: Planning, project: Project
) -> Iterator[Yielded]:
    """
    Say of a query that is to read a whole table whether it does, and what an index would cost.
    """
    by_index = {rows: plan for rows, plan in plans.items() if not plan.scanned}
    if by_index:
        rows, plan = next(iter(by_index.items()))
        yield Violation(
            where=query.name,
            found=f"at {at(rows, planning)} it does not read the whole table: {plan.shape}",
            because=f"that {query.reads_all_because} is no reason to read it all, and nobody "
            "sees to it that the index stays",
            fix=f"Let the query rely on {', '.join(sorted(plan.indexes)) or 'what it uses'}.",
            location=registered_at(query, project),
        )
        return
    words = []
    for rows, plan in plans.items():
        other = plan_if_taken(planning, query, rows, settings=NO_SCAN)
        sixth = plan_after_five(planning, query, rows)
        words.append(
            f"at {at(rows, planning)} cost {cost(plan)}, {_by_index(other)}{_but(plan, sixth)}"
        )
    tables = ", ".join(
        sorted({short_name(name) for plan in plans.values() for name in plan.scanned})
    )
    yield Evidence(
        seen=f"reads all of {tables}, since {query.reads_all_because}: {'; '.join(words)}"
    )


def _without(plan: Plan | None) -> str:
    return "refused" if plan is None else f"{cost(plan)} ({plan.shape})"


def _by_index(plan: Plan | None) -> str:
    if plan is None or plan.scanned:
        return "and no index can serve it"
    return f"{cost(plan)} by {', '.join(sorted(plan.indexes))}"


def _but(plan: Plan, sixth: Plan | None) -> str:
    if sixth is None or sixth.shape == plan.shape:
        return ""
    return f", and once prepared and run five times {sixth.shape}"
