"""
Tell a project's part of a live database from what others keep beside it.

Other applications, job queues and monitoring have tables of their own in it, which are not judged
by what this project promises. What a revision makes, at whatever point of the history, is the
project's, and so is all that belongs to it: partitions that a job adds every month among them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from schemaproof.catalog import (
    Catalog,
    CatalogObject,
    DefaultPrivileges,
    Extension,
    QualifiedName,
    Schema,
    Table,
)
from schemaproof.staging.states import Known

SEPARATOR = re.compile("[=,]")


@dataclass(frozen=True, kw_only=True)
class Others:
    """
    What others have in one schema.

    Attributes:
        schema: The schema; None for what lies in none.
        tables: Their tables.
        number: How many other things there are that belong to no table.
    """

    schema: str | None
    tables: tuple[str, ...]
    number: int


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
    ownership = _Ownership(live, known)
    kinds = [each.name for each in fields(live) if each.name != "server_version"]
    kept: dict[str, Any] = {
        kind: tuple(one for one in getattr(live, kind) if ownership.has(one)) for kind in kinds
    }
    return replace(live, **kept)


def others_part(live: Catalog, own: Catalog) -> Iterator[Others]:
    """
    Yield what is not the project's, by schema.
    """
    mine = {one.key for one in own}
    tables, numbers = defaultdict[str | None, list[str]](list), defaultdict[str | None, int](int)
    for one in live:
        # Of a partition its table speaks.
        if one.key in mine or one.home is not None or getattr(one, "partition_bound", None):
            continue
        numbers[one.namespace] += 0
        if isinstance(one, Table):
            tables[one.schema].append(one.name)
        elif not isinstance(one, Schema):
            numbers[one.namespace] += 1
    for schema in sorted(numbers, key=str):
        if tables[schema] or numbers[schema]:
            yield Others(schema=schema, tables=(*tables[schema],), number=numbers[schema])


class _Ownership:
    """What tells the project's objects from others'."""

    def __init__(self, live: Catalog, known: Known) -> None:
        self._keys = known.keys
        self._relations = known.relations | _descendants(live.tables, known.relations)
        own = [one for one in live.tables if one.qualified_name in self._relations]
        self._owners = {one.owner for one in own}
        # By which settings its functions go is theirs to say, wherever that leads.
        named = {
            word.strip('" ')
            for one in live.functions
            if one.key in self._keys
            for setting in one.settings
            for word in SEPARATOR.split(setting)
        }
        self._schemas = named | {one.schema for one in own}

    def has(self, one: CatalogObject) -> bool:
        match one:
            case Extension():
                return True
            case Schema():
                return one.key in self._keys or one.name in self._schemas
            case DefaultPrivileges():
                return one.role in self._owners
            case Table():
                return one.qualified_name in self._relations
        return one.key in self._keys or one.home in self._relations


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
