"""
Tell whether a plan keeps what a query promises of its index.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.catalog import Catalog, Index, QualifiedName, short_name
from schemaproof.checks.indexes._same import begins_with, do_the_same_work, enforces
from schemaproof.plans import Plan, Reading, columns_in, readings
from schemaproof.plans.plan import SORTS
from schemaproof.workload import Query


@dataclass(frozen=True, kw_only=True)
class Promise:
    """
    What a query relies on.

    Attributes:
        query: The query.
        index: The index.
        names: Its own name, and those of its partitions' parts, which are what plans name.
    """

    query: Query
    index: Index
    names: frozenset[QualifiedName]

    def broken_by(self, plan: Plan) -> str | None:
        """
        Return in what a plan breaks it; None if the plan keeps it.
        """
        uses = [each for each in readings(plan) if each.node.index_name in self.names]
        if not uses:
            return f"it does not use {self.index.name}"
        missing = min((self._missing(each) for each in uses), key=len)
        if missing:
            return f"{self.index.name} does not find rows by {', '.join(missing)}"
        if self.query.is_ordered and not any(map(_is_in_order, uses)):
            return f"{self.index.name} does not give the rows in order: they are sorted"
        return None

    def _missing(self, use: Reading) -> list[str]:
        aliases = [node.alias for node in (*use.above, use.node) if node.alias]
        found = columns_in(use.node.index_condition or "", aliases[-1] if aliases else None)
        return [column for column in self.query.condition if column not in found]


def promise_of(query: Query, catalog: Catalog) -> Promise | None:
    """
    Return what a query promises of its index; None if there is no such index.
    """
    named = [each for each in catalog.indexes if each.name == query.index]
    # As a population names tables; without a schema it is the one of public, if that has one.
    exact = [each for each in catalog.indexes if short_name(each.qualified_name) == query.index]
    index = next(iter([*exact, *named]), None)
    if index is None:
        return None
    return Promise(
        query=query, index=index, names=frozenset({index.qualified_name, *parts(index, catalog)})
    )


def made_redundant(index: Index, catalog: Catalog) -> tuple[Index, ...]:
    """
    Return the indexes that would stand in for one, and have no other use as long as it is there.
    """
    return tuple(
        other
        for other in catalog.indexes_of(index.table)
        if other is not index
        and not enforces(other)
        and (begins_with(index, other) or do_the_same_work(index, other))
    )


def nearest(name: str | None, catalog: Catalog) -> str:
    """
    Return the index whose name is most like another name, as a question; empty if there is none.
    """
    close = difflib.get_close_matches(name or "", [index.name for index in catalog.indexes], n=1)
    return f" (is {close[0]} meant?)" if close else ""


def parts(index: Index, catalog: Catalog) -> Iterator[QualifiedName]:
    """
    Yield what the parts are called that partitions have of an index; plans name only those.
    """
    below = _below(index.table, catalog)
    for other in catalog.indexes:
        if other.is_inherited and other.table in below and other.keys == index.keys:
            yield other.qualified_name


def _below(table: QualifiedName, catalog: Catalog) -> set[QualifiedName]:
    children = {each.qualified_name for each in catalog.tables if table in each.parents}
    return children.union(*(_below(child, catalog) for child in children))


def _is_in_order(use: Reading) -> bool:
    return use.node.node != "Bitmap Index Scan" and all(
        node.node not in SORTS for node in use.above
    )
