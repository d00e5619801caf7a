"""
Write the statements that give an enum the labels of the models, in their order.

PostgreSQL adds a label anywhere but neither drops one nor moves it: then the type is made anew, and
every column of it is turned over. Rows with a label that is gone are refused, as they should be.

Source: https://www.postgresql.org/docs/current/sql-altertype.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, Column, EnumType, QualifiedName, quote_identifier
from schemaproof.checks.drift._mending.calls import literal
from schemaproof.checks.drift._mending.statements import make


def relabel(ours: EnumType, theirs: EnumType, migrated: Catalog) -> Iterator[str]:
    """
    Yield what gives the enum the labels of ``ours``.
    """
    kept = [label for label in ours.labels if label in theirs.labels]
    if kept == [*theirs.labels]:
        yield from _add_labels(ours, theirs)
    else:
        yield from _make_anew(ours, migrated)


def _add_labels(ours: EnumType, theirs: EnumType) -> Iterator[str]:
    before: str | None = None
    for label in ours.labels:
        if label not in theirs.labels:
            first = f" BEFORE {literal(theirs.labels[0])}" if theirs.labels else ""
            place = f" AFTER {literal(before)}" if before is not None else first
            yield f"ALTER TYPE {ours.identity} ADD VALUE {literal(label)}{place}"
        before = label


def _make_anew(ours: EnumType, migrated: Catalog) -> Iterator[str]:
    # 63 bytes are the most that a name may have, and 4 are added.
    old = quote_identifier(f"{ours.name.encode()[:59].decode(errors='ignore')}_old")
    yield f"ALTER TYPE {ours.identity} RENAME TO {old}"
    yield from make(ours)
    for column in migrated.columns:
        if column.type_schema == ours.schema and column.type_name in (ours.name, f"_{ours.name}"):
            yield from _turn_over(column, ours.qualified_name)
    yield f"DROP TYPE {quote_identifier(ours.schema)}.{old}"


def _turn_over(column: Column, enum: QualifiedName) -> Iterator[str]:
    alter = f"ALTER TABLE {column.table} ALTER COLUMN {quote_identifier(column.name)}"
    several = "[]" if column.type_kind == "array" else ""
    using = f"{quote_identifier(column.name)}::text{several}::{enum}{several}"
    if column.default is not None:
        yield f"{alter} DROP DEFAULT"
    yield f"{alter} TYPE {enum}{several} USING {using}"
    if column.default is not None:
        yield f"{alter} SET DEFAULT {column.default}"
