"""
Report indexes that do exactly the work of another one.

PostgreSQL builds as many equal indexes as it is asked for. Each is written on every INSERT and on
most UPDATEs, takes its space and its share of the cache, and is never better than its double.

Source: https://www.postgresql.org/docs/current/indexes-intro.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, Index
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.indexes._same import columns_of, do_the_same_work, enforces, in_sql
from schemaproof.targets import short_name


@check("indexes/duplicate-index", severity="warning")
def duplicate_index(
    index: Index, catalog: Catalog, known_mappers: tuple[Mapper[Any], ...]
) -> Iterator[Yielded]:
    doubles = [
        other
        for other in catalog.indexes_of(index.table)
        if other is not index and do_the_same_work(index, other)
    ]
    # Of a pair one is reported: the one that is invalid, or enforces less, or has the later name.
    better = [other for other in doubles if _rank(other) < _rank(index)]
    if not better:
        yield Evidence(seen=f"no other index of {short_name(index.table)} is on the same keys")
        return
    yield Violation(
        where=short_name(index.qualified_name),
        found=f"{better[0].name} is on the same keys: ({columns_of(index)})",
        because=f"every write to {short_name(index.table)} maintains both, and no query needs both",
        fix=_fix(index),
        location=class_location(mapper_of(index.table, known_mappers), mentioning=index.name),
    )


def _rank(index: Index) -> tuple[bool, bool, bool, bool, str]:
    return (
        not index.is_valid,
        not enforces(index),
        not index.is_primary,
        not index.nulls_not_distinct,
        index.name,
    )


def _fix(index: Index) -> str:
    # DROP INDEX refuses what a constraint stands on.
    if index.constraint is not None:
        return f"Drop the constraint {index.constraint} of {short_name(index.table)}."
    return f"Drop {in_sql(index)} CONCURRENTLY."
