"""
Have every registered query planned at its sizes, with its index and without.

An index that can serve a query need not be chosen for it, and one that is chosen at a thousand rows
need not be at a billion. The same query is planned without the index as well: if that is no dearer,
the index is of no use to it. And a driver that prepares statements may get another plan after five
times, one for any values.

Source: https://www.postgresql.org/docs/current/using-explain.html and
https://www.postgresql.org/docs/current/sql-prepare.html#SQL-PREPARE-NOTES
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.indexes._asked import Refused, at, cost, plans_of, registered_at
from schemaproof.checks.indexes._controls import after_five, is_equal, reads_all, useless
from schemaproof.checks.indexes._promise import Promise, promise_of
from schemaproof.plans import Plan
from schemaproof.project import Project
from schemaproof.scaling import Planning
from schemaproof.workload import Query


@check("indexes/query-chooses-index")
def query_chooses_index(
    query: Query, planning: Planning, catalog: Catalog, project: Project
) -> Iterator[Yielded]:
    promise = promise_of(query, catalog)
    plans = plans_of(planning, query)
    if isinstance(plans, Refused):
        yield _refused(query, plans.told, project)
    elif isinstance(plans, Skip):
        yield plans
    elif query.reads_all_because is not None:
        yield from reads_all(query, plans, planning, project)
    elif query.index is None:
        smallest, largest = plans[min(plans)], plans[max(plans)]
        yield Evidence(seen=f"relies on no index; costs {cost(smallest)} to {cost(largest)}")
    elif promise is None:
        yield Skip(why="there is no such index: indexes/query-can-use-index says so")
    else:
        yield from _judged(promise, plans, planning, catalog, project)


def _judged(
    promise: Promise,
    plans: dict[float, Plan],
    planning: Planning,
    catalog: Catalog,
    project: Project,
) -> Iterator[Yielded]:
    query = promise.query
    broken = {rows: told for rows, plan in plans.items() if (told := promise.broken_by(plan))}
    equal = {
        rows: plans[rows] for rows in broken if is_equal(promise, plans, rows, planning, catalog)
    }
    for rows, plan in equal.items():
        taken = ", ".join(sorted(plan.indexes))
        yield Evidence(seen=f"at {at(rows, planning)} {taken} is taken in its place, for as much")
    if broken.keys() != equal.keys():
        yield Violation(
            where=query.name,
            found="; ".join(
                f"at {at(rows, planning)} {told}: {plans[rows].shape}, cost {cost(plans[rows])}"
                for rows, told in broken.items()
                if rows not in equal
            ),
            because=f"the query does not get from {promise.index.name} what it relies on, and "
            "every write to the table pays for that index",
            fix=f"Let the query rely on what it is planned with, or make {promise.index.name} fit "
            "its conditions and its order.",
            location=registered_at(query, project),
        )
        return
    yield from useless(promise, plans, planning, catalog, project)
    yield from after_five(promise, plans, planning, project)


def _refused(query: Query, told: str, project: Project) -> Violation:
    return Violation(
        where=query.name,
        found=f"the server does not accept it: {told}",
        because="what the application sends fails, or what is registered is not what it sends",
        fix="Register the query as it is sent, against the schema that the migrations make.",
        location=registered_at(query, project),
    )
