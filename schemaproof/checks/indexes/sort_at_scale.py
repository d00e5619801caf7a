"""
Report queries that put many rows in order and then keep a few of them.

``ORDER BY … LIMIT`` on an index in that order reads as many rows as it returns. Without one it
reads and sorts all that meet the conditions, for every page anew.

Source: https://www.postgresql.org/docs/current/indexes-ordering.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.catalog import quote_identifier
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.indexes._asked import at, plans_of, registered_at
from schemaproof.checks.indexes._scale import FAR, MANY, Believed, Volumes, coming
from schemaproof.plans import Plan, Reading, readings
from schemaproof.plans.plan import SORTS
from schemaproof.project import Project
from schemaproof.scaling import Planning
from schemaproof.workload import Query

# A column, with its table or without, and the direction in which it is sorted.
KEY = re.compile(
    r'(?:(?P<table>"(?:[^"]|"")+"|[\w$]+)\.)?(?P<column>"(?:[^"]|"")+"|[\w$]+)(?: COLLATE \S+)?'
    r"(?P<order>(?: DESC)?(?: NULLS (?:FIRST|LAST))?)"
)
# What hands rows on as they come; what else is below a LIMIT is sorted for another purpose.
HANDS_ON = {"Gather Merge", "LockRows", "Nested Loop", "ProjectSet", "Result", "Subquery Scan"}


@check("indexes/sort-at-scale", severity="warning")
def sort_at_scale(query: Query, planning: Planning, project: Project) -> Iterator[Yielded]:
    plans = plans_of(planning, query)
    if isinstance(plans, Skip):
        yield plans
        return
    seen = []
    for rows, plan in plans.items():
        for sort, kept, sorted_rows in _sorts(plan, planning.volumes(rows)):
            if sorted_rows.rows >= MANY and sorted_rows.rows >= FAR * kept:
                yield _violation(query, sort, kept, sorted_rows, at(rows, planning), project)
                return
            seen.append(f"at {at(rows, planning)} sorts {sorted_rows} to keep {kept:,}")
    yield Evidence(seen="; ".join(seen) or "sorts nothing of which it keeps a part")


def _sorts(plan: Plan, volumes: Volumes) -> Iterator[tuple[Plan, int, Believed]]:
    every = {id(each.node): each for each in readings(plan)}
    for each in [*every.values()]:
        between = [node for node in each.above if node.node not in HANDS_ON]
        is_cut = bool(between) and between[-1].node == "Limit"
        # What is computed, or comes from several tables, no index has in order.
        if each.node.node in SORTS and is_cut and _is_of_one_table(each):
            below = every[id(each.node.inputs[0])]
            yield each.node, between[-1].rows, coming(below, volumes)


def _is_of_one_table(sort: Reading) -> bool:
    keys = [KEY.fullmatch(key) for key in sort.node.sort_keys]
    tables = {key["table"] for key in keys if key is not None}
    relations = {node.alias for node in sort.node.walk() if node.relation}
    return all(keys) and len(tables) == 1 and (tables != {None} or len(relations) == 1)


def _violation(
    query: Query, sort: Plan, kept: int, sorted_rows: Believed, size: str, project: Project
) -> Violation:
    keys = [KEY.sub(r"\g<column>\g<order>", key) for key in sort.sort_keys]
    first = ", ".join([*map(quote_identifier, query.condition), *keys])
    return Violation(
        where=query.name,
        found=f"at {size} it sorts {sorted_rows} by {', '.join(keys)} to keep {kept:,} of them",
        because="every page of the result costs as much as all of it",
        fix=f"Index ({first}): the columns that are compared with =, then the order.",
        location=registered_at(query, project),
    )
