"""
Read what a project's hints say of tables' rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.configuration import Hint
from schemaproof.errors import SchemaproofError
from schemaproof.rows import Values

# By a constraint's table and name: values that break it.
Breaking = dict[tuple[QualifiedName, str], list[Values]]


class BadHint(SchemaproofError):
    """A hint speaks of what the migrations do not make."""


def known_rows(hints: Iterable[Hint]) -> dict[QualifiedName, Values]:
    """
    Return for each table that has a hint the values that a row of it is to have.
    """
    known: dict[QualifiedName, Values] = {}
    for hint in hints:
        if hint.breaks is None:
            known.setdefault(_table(hint), {}).update(hint.values)
    return known


def known_breaks(hints: Iterable[Hint], catalog: Catalog) -> Breaking:
    """
    Return for each constraint that has a hint the values that break it.

    Raises:
        BadHint: A table, a column or a constraint is not there; all of them are told.
    """
    hints = tuple(hints)
    mistakes = [
        f"hint {n}: {told}" for n, hint in enumerate(hints, 1) for told in _lost(hint, catalog)
    ]
    if mistakes:
        raise BadHint(f"needs hints about what the migrations make; found {'; '.join(mistakes)}")
    breaking: Breaking = {}
    for hint in hints:
        if hint.breaks is not None:
            breaking.setdefault((_table(hint), hint.breaks), []).append({**hint.values})
    return breaking


def _table(hint: Hint) -> QualifiedName:
    schema, _, name = hint.table.rpartition(".")
    return QualifiedName(schema or "public", name)


def _lost(hint: Hint, catalog: Catalog) -> Iterator[str]:
    table = _table(hint)
    columns = catalog.types_of(table)
    if not columns:
        yield f"there is no table {hint.table!r}"
        return
    yield from (
        f"{hint.table} has no column {name!r}" for name in hint.values.keys() - columns.keys()
    )
    names = {one.name for one in catalog.constraints_of(table)}
    names |= {one.name for one in catalog.indexes_of(table)}
    if hint.breaks is not None and hint.breaks not in names:
        yield f"{hint.table} has no constraint {hint.breaks!r}"
