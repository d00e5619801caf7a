"""
Report indexes whose keys another index begins with.

A b-tree on ``(a, b)`` serves every condition and sort that one on ``(a)`` serves, at the price of a
few more bytes an entry. The shorter one earns its place only where that price matters.

Source: https://www.postgresql.org/docs/current/indexes-multicolumn.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, Index
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.indexes._same import begins_with, columns_of, enforces, in_sql
from schemaproof.targets import short_name


@check("indexes/redundant-index", severity="warning")
def redundant_index(
    index: Index, catalog: Catalog, known_mappers: tuple[Mapper[Any], ...]
) -> Iterator[Yielded]:
    longer = [
        other
        for other in catalog.indexes_of(index.table)
        if not enforces(index) and begins_with(other, index)
    ]
    if not longer:
        yield Evidence(seen=f"no other index of {short_name(index.table)} begins with its keys")
        return
    yield Violation(
        where=short_name(index.qualified_name),
        found=f"{longer[0].name} on ({columns_of(longer[0])}) begins with its keys",
        because=f"every write to {short_name(index.table)} maintains an index that adds nothing",
        fix=f"Drop {in_sql(index)} CONCURRENTLY.",
        location=class_location(mapper_of(index.table, known_mappers), mentioning=index.name),
    )
