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

from schemaproof.catalog import Catalog, ForeignKey, Index, quote_identifier
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.targets import foreign_key_name, short_name

# Access methods whose indexes answer equality on their leading columns.
SERVES_EQUALITY = frozenset({"btree", "hash"})


@check("references/fk-without-index", severity="warning")
def fk_without_index(
    foreign_key: ForeignKey, catalog: Catalog, known_mappers: tuple[Mapper[Any], ...]
) -> Iterator[Yielded]:
    serving = [
        index for index in catalog.indexes_of(foreign_key.table) if _serves(index, foreign_key)
    ]
    if serving:
        yield Evidence(seen=f"served by {', '.join(index.name for index in serving)}")
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


def _serves(index: Index, key: ForeignKey) -> bool:
    # Order is free: a b-tree serves equality on its leading columns in whatever order the key
    # happens to list them. A partial index does not hold all the rows that a delete looks for,
    # unless it leaves out only rows whose reference is NULL.
    leading = [part.column for part in index.keys[: len(key.columns)]]
    whole = index.predicate is None or index.predicate in {
        f"({quote_identifier(column)} IS NOT NULL)" for column in key.columns
    }
    return (
        index.is_valid
        and whole
        and index.method in SERVES_EQUALITY
        and set(leading) == set(key.columns)
    )
