"""
Report foreign keys that no index can serve.

PostgreSQL requires an index on the referenced columns but not on the referencing ones, so deleting
a parent row may scan the whole child table.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, ForeignKey
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.references._serving import serving
from schemaproof.targets import foreign_key_name, short_name


@check("references/fk-without-index", severity="warning")
def fk_without_index(
    foreign_key: ForeignKey, catalog: Catalog, known_mappers: tuple[Mapper[Any], ...]
) -> Iterator[Yielded]:
    indexes = serving(foreign_key, catalog)
    if indexes:
        yield Evidence(seen=f"served by {', '.join(index.name for index in indexes)}")
        return
    child, columns = short_name(foreign_key.table), ", ".join(foreign_key.columns)
    yield Violation(
        where=foreign_key_name(foreign_key),
        found=f"no index of {child} leads with {columns}",
        because=f"deleting a row of {short_name(foreign_key.target)} scans the whole of {child}",
        fix=f"Add an index on {child}({columns}), built CONCURRENTLY.",
        location=class_location(
            mapper_of(foreign_key.table, known_mappers), mentioning=foreign_key.columns[0]
        ),
    )
