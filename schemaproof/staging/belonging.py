"""
Tell a project's part of a live database from what others keep beside it.

Other applications, job queues and monitoring have tables of their own in it, which are not judged
by what this project promises. What a revision makes, at whatever point of the history, is the
project's, and so is all that belongs to it: partitions that a job adds every month among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from schemaproof.catalog import (
    Catalog,
    CatalogObject,
    DefaultPrivileges,
    Extension,
    QualifiedName,
    Table,
)
from schemaproof.staging.states import Known


def own_part(live: Catalog, known: Known) -> Catalog:
    """
    Return what is the project's in a live database.

    Where a history cannot be run to its end nobody knows what is whose, and all of it is returned.

    Args:
        live: All that is there.
        known: What the history makes.
    """
    if known.failure is not None:
        return live
    made = [each for state in known.states for each in state.catalog]
    keys = {each.key for each in made}
    relations = {name for each in made if (name := getattr(each, "qualified_name", None))}
    relations |= _descendants(live.tables, relations)

    def is_own(each: CatalogObject) -> bool:
        if each.key in keys or isinstance(each, Extension):
            return True
        if isinstance(each, DefaultPrivileges):
            return each.schema is None or each.schema in schemas
        return each.home in relations or (
            isinstance(each, Table) and each.qualified_name in relations
        )

    schemas = {one.name for one in live.schemas if is_own(one)}
    kinds = [each.name for each in fields(live) if each.name != "server_version"]
    kept: dict[str, Any] = {kind: (*filter(is_own, getattr(live, kind)),) for kind in kinds}
    return replace(live, **kept)


def others_tables(live: Catalog, own: Catalog) -> Iterator[tuple[str, list[str]]]:
    """
    Yield each schema in which there are tables of others, and their names.
    """
    named = defaultdict(list)
    for table in live.tables:
        # Of a partition its table speaks.
        if table.partition_bound is None and own.table(table.schema, table.name) is None:
            named[table.schema].append(table.name)
    yield from sorted(named.items())


def _descendants(tables: Iterable[Table], ancestors: Iterable[QualifiedName]) -> set[QualifiedName]:
    children = defaultdict(list)
    for table in tables:
        for parent in table.parents:
            children[parent].append(table.qualified_name)
    found: set[QualifiedName] = set()
    waiting = [*ancestors]
    while waiting:
        below = [one for one in children[waiting.pop()] if one not in found]
        found.update(below)
        waiting += below
    return found
