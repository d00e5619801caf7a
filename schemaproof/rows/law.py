"""
Decide, in plain Python, what a DELETE must leave behind.

PostgreSQL's referential actions on rows in memory: CASCADE takes the referencing rows along, SET
NULL and SET DEFAULT let go of them, RESTRICT and NO ACTION refuse. The server's answer is compared
with this one.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemaproof.catalog import ForeignKey
from schemaproof.rows.maker import Row

Defaults = Mapping[tuple[str, str], str | None]


@dataclass(frozen=True)
class Refused:
    """
    The DELETE must fail.

    Attributes:
        by: The name of the foreign key that refuses.
    """

    by: str


def remains(
    rows: Sequence[Row], keys: Iterable[ForeignKey], victim: Row, defaults: Defaults | None = None
) -> list[Row] | Refused:
    """
    Return what is left of ``rows`` after ``victim`` is deleted.

    Args:
        rows: All rows that could be concerned.
        keys: All foreign keys between their tables.
        victim: The row to delete, one of ``rows``.
        defaults: For SET DEFAULT, each ``(table, column)``'s default as text.
    """
    keys = tuple(keys)
    gone: set[Row] = set()
    changed: dict[Row, dict[str, str | None]] = {}
    kept_by: list[tuple[Row, ForeignKey]] = []
    doomed = [victim]
    while doomed:
        parent = doomed.pop()
        if parent in gone:
            continue
        gone.add(parent)
        for key in keys:
            for child in _referencing(rows, key, parent):
                if key.on_delete == "CASCADE":
                    doomed.append(child)
                elif key.on_delete in ("SET NULL", "SET DEFAULT"):
                    for column in key.delete_columns or key.columns:
                        fallback = (defaults or {}).get((str(key.table), column))
                        value = fallback if key.on_delete == "SET DEFAULT" else None
                        changed.setdefault(child, {})[column] = value
                else:
                    kept_by.append((child, key))
    # RESTRICT does not wait for the child to go as well; NO ACTION looks at the end.
    for child, key in kept_by:
        if child not in gone or key.on_delete == "RESTRICT":
            return Refused(key.name)
    return [
        Row(row.table, {**row.values, **changed.get(row, {})}) for row in rows if row not in gone
    ]


def _referencing(rows: Sequence[Row], key: ForeignKey, parent: Row) -> list[Row]:
    if key.target != parent.table:
        return []
    wanted = parent.take(key.target_columns)
    return [
        row
        for row in rows
        if row.table == key.table and row.take(key.columns) == wanted and None not in wanted
    ]
