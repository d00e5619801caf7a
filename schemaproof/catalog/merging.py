"""
Put the fresh records of some relations in the place of their old ones.

Records are sorted, so those of one relation are found by bisection and replaced as a slice: what
did not change is neither looked at nor copied one by one.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName

_OF_SCHEMA = attrgetter("schema", "name")
_OF_TABLE = attrgetter("table", "name")
_TABLE = attrgetter("table")

#: The kinds whose records belong to a table, view or sequence, and how each is sorted.
RELATIONAL: dict[str, Callable[[Any], Any]] = {
    "tables": _OF_SCHEMA,
    "columns": attrgetter("table", "position"),
    "constraints": _OF_TABLE,
    "indexes": _OF_SCHEMA,
    "sequences": _OF_SCHEMA,
    "views": _OF_SCHEMA,
    "triggers": _OF_TABLE,
    "rules": _OF_TABLE,
    "policies": _OF_TABLE,
    "statistics": _OF_SCHEMA,
}
# Sorted by a name of their own within the schema, they lie apart from their table's others.
_SCATTERED = ("indexes", "statistics")
_OF_SEQUENCES = frozenset({"sequences"})
_OF_VIEWS = frozenset({"views", "indexes", "triggers", "rules", "statistics"})
_OF_TABLES = frozenset(RELATIONAL) - {"views", "sequences"}
_OF_RELKIND = {"S": _OF_SEQUENCES, "v": _OF_VIEWS, "m": _OF_VIEWS}


def kinds_of(relkinds: Collection[str]) -> frozenset[str]:
    """
    Return the kinds of records that relations may have; each as in ``pg_class.relkind``.
    """
    return frozenset[str]().union(*(_OF_RELKIND.get(each, _OF_TABLES) for each in relkinds))


def merged(before: Catalog, stale: Collection[QualifiedName], fresh: Catalog | None) -> Catalog:
    """
    Return a catalogue without the records of stale relations, and with all the fresh ones.
    """
    changed: dict[str, Any] = {}
    for kind, place in RELATIONAL.items():
        had = getattr(before, kind)
        came = getattr(fresh, kind) if fresh is not None else ()
        kept = _without(had, kind, stale)
        if came or len(kept) < len(had):
            for each in came:
                bisect.insort(kept, each, key=place)
            changed[kind] = tuple(kept)
    return replace(before, **changed)


def may_be_renamed(before: Catalog, after: Catalog, name: QualifiedName) -> bool:
    """
    Tell whether a relation has lost names of columns and gained others.
    """
    old, new = _column_names(before, name), _column_names(after, name)
    return bool(old - new and new - old)


def _without(had: tuple[Any, ...], kind: str, stale: Collection[QualifiedName]) -> list[Any]:
    if kind in _SCATTERED:
        return [each for each in had if each.table not in stale]
    kept = [*had]
    for name in stale:
        del kept[_stretch(kept, kind, name)]
    return kept


def _stretch(records: Sequence[Any], kind: str, name: QualifiedName) -> slice:
    key: Callable[[Any], Any] = _OF_SCHEMA if RELATIONAL[kind] is _OF_SCHEMA else _TABLE
    start = bisect.bisect_left(records, name, key=key)
    return slice(start, bisect.bisect_right(records, name, lo=start, key=key))


def _column_names(catalog: Catalog, name: QualifiedName) -> set[str]:
    columns = catalog.columns[_stretch(catalog.columns, "columns", name)]
    views = catalog.views[_stretch(catalog.views, "views", name)]
    return {column.name for column in columns}.union(*(view.columns for view in views))
