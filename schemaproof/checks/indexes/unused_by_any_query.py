"""
Report indexes that no registered query is planned with, and that nothing else needs.

An index is written by every INSERT and by most UPDATEs. It earns that by the queries that it is
chosen for, at the sizes that the tables will have; by what it enforces; or by a foreign key whose
parent's deletion would read the whole table without it.

Source: https://www.postgresql.org/docs/current/indexes-examine.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, Index, QualifiedName
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.indexes._asked import Refused, Undeclared, plan_if_taken, plans_of
from schemaproof.checks.indexes._promise import parts
from schemaproof.checks.indexes._same import enforces, in_sql
from schemaproof.checks.references._serving import serving
from schemaproof.scaling import Planning
from schemaproof.targets import foreign_key_name, short_name
from schemaproof.workload import Workload


@check("indexes/unused-by-any-query", severity="warning")
def unused_by_any_query(
    dispensable: Index,
    planning: Planning,
    workload: Workload,
    catalog: Catalog,
    known_mappers: tuple[Mapper[Any], ...],
) -> Iterator[Yielded]:
    index = dispensable
    used = _used(planning, workload)
    if isinstance(used, Skip):
        yield used
        return
    names = {index.qualified_name, *parts(index, catalog)}
    queries = sorted(name for name, indexes in used.items() if indexes & names)
    if queries:
        others = f" and {len(queries) - 1} more" if len(queries) > 1 else ""
        yield Evidence(seen=f"chosen for {queries[0]}{others}")
        return
    every = frozenset[QualifiedName]().union(*used.values())
    key = _needed_by(index, catalog, every)
    if key is not None:
        yield Evidence(seen=f"no query is planned with it, but {key} has nothing better")
        return
    yield Violation(
        where=short_name(index.qualified_name),
        found=f"none of {len(used)} registered queries is planned with it, at any declared size",
        because=f"every write to {short_name(index.table)} maintains it, and nobody reads it",
        fix=f"Drop {in_sql(index)} CONCURRENTLY, or register the query that needs it.",
        location=class_location(mapper_of(index.table, known_mappers), mentioning=index.name),
    )


def _used(planning: Planning, workload: Workload) -> dict[str, frozenset[QualifiedName]] | Skip:
    used: dict[str, frozenset[QualifiedName]] = {}
    for query in workload.queries:
        plans = plans_of(planning, query)
        if isinstance(plans, Refused):
            continue  # a violation says so
        if isinstance(plans, Undeclared):
            plans = plans.plans
        if isinstance(plans, Skip):
            return plans
        generic = (plan_if_taken(planning, query, rows, is_generic=True) for rows in plans)
        every = [*plans.values(), *(plan for plan in generic if plan is not None)]
        used[query.name] = frozenset[QualifiedName]().union(*(plan.used for plan in every))
    return used


def _needed_by(index: Index, catalog: Catalog, used: frozenset[QualifiedName]) -> str | None:
    for key in catalog.foreign_keys_of(index.table):
        indexes = serving(key, catalog)
        if index in indexes and not any(
            enforces(each) or each.qualified_name in used for each in indexes
        ):
            return foreign_key_name(key)
    return None
