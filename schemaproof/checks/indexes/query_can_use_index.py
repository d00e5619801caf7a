"""
Forbid sequential scans, and see whether each query finds its rows by the index it relies on.

An index is there for a query only if the server can use it: the value must be of a type that the
column is compared with, the condition on the column and not on an expression of it, a partial
index's predicate implied. EXPLAIN tells, in what the index is asked for and what is filtered.

Source: https://www.postgresql.org/docs/current/indexes-intro.html and
https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-ENABLE-SEQSCAN
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.indexes._asked import Undeclared, at, plan_if_taken, plans_of, registered_at
from schemaproof.checks.indexes._obstacles import obstacle
from schemaproof.checks.indexes._promise import Promise, nearest, promise_of
from schemaproof.plans import Plan
from schemaproof.project import Project
from schemaproof.scaling import Planning
from schemaproof.workload import Query

NO_SCAN = {"enable_seqscan": "off"}
NO_OTHER_JOIN = {"enable_hashjoin": "off", "enable_mergejoin": "off"}
NO_SORT = {"enable_bitmapscan": "off", "enable_incremental_sort": "off", "enable_sort": "off"}


@check("indexes/query-can-use-index")
def query_can_use_index(
    relying: Query, planning: Planning, catalog: Catalog, project: Project
) -> Iterator[Yielded]:
    promise = promise_of(relying, catalog)
    plans = plans_of(planning, relying)
    if isinstance(plans, Undeclared):
        plans = plans.plans  # what can serve can at any size
    if isinstance(plans, Skip):
        yield plans
    elif promise is None:
        yield _unknown(relying, catalog, project)
    else:
        yield from _judged(promise, plans, planning, catalog, project)


def _judged(
    promise: Promise,
    plans: dict[float, Plan],
    planning: Planning,
    catalog: Catalog,
    project: Project,
) -> Iterator[Yielded]:
    rows, plan = max(plans), plans[max(plans)]
    # First whether it is taken by itself, then with whatever else would do out of the way: what is
    # on its columns, since it may be combined with what is on others, and then that as well.
    for hidden in (None, _others(promise, catalog, is_alike=True), _others(promise, catalog)):
        plan = _forced(promise, planning, rows, hidden) or plan
        if promise.broken_by(plan) is None:
            yield Evidence(seen=_seen(promise, planning, rows, hidden))
            return
    told, fix = obstacle(promise, plan, catalog)
    yield Violation(
        where=promise.query.name,
        found=f"{promise.broken_by(plan)}, even if nothing else is allowed: {told}",
        because="the query reads more than it needs however large the table grows, and "
        f"{promise.index.name} is maintained in vain",
        fix=fix,
        location=registered_at(promise.query, project),
    )


def _others(promise: Promise, catalog: Catalog, *, is_alike: bool = False) -> tuple[str, ...]:
    columns = {key.column for key in promise.index.keys}
    return tuple(
        str(index.qualified_name)
        for index in catalog.indexes_of(promise.index.table)
        if index.qualified_name not in promise.names
        and (not is_alike or columns & {key.column for key in index.keys})
    )


def _forced(
    promise: Promise, planning: Planning, rows: float, hidden: tuple[str, ...] | None
) -> Plan | None:
    settings = {
        **NO_SCAN,
        **(NO_SORT if promise.query.is_ordered else {}),
        **({} if hidden is None else NO_OTHER_JOIN),
    }
    return plan_if_taken(planning, promise.query, rows, without=hidden or (), settings=settings)


def _seen(promise: Promise, planning: Planning, rows: float, hidden: tuple[str, ...] | None) -> str:
    columns = ", ".join(promise.query.condition)
    does = f"finds rows by {columns}" if columns else "is read"
    order = " in order" if promise.query.is_ordered else ""
    spare = ", if nothing else is allowed" if hidden is not None else ""
    return f"{promise.index.name} {does}{order} at {at(rows, planning)}{spare}"


def _unknown(query: Query, catalog: Catalog, project: Project) -> Violation:
    return Violation(
        where=query.name,
        found=f"it relies on {query.index}, and there is no such index"
        f"{nearest(query.index, catalog)}",
        because="it is served by another index, or by none",
        fix=f"Create {query.index} in a migration, or name the index that serves the query.",
        location=registered_at(query, project),
    )
