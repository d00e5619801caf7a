"""
Make records of the lines that a snapshot consists of, each line once.

A line is a JSON array, the fields of one record in their order. Equal lines give the very same
record, so that a second snapshot of an almost unchanged database is decoded almost for nothing, and
what did not change is told from what did without a comparison.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_args, get_type_hints

from schemaproof.catalog.constraints import ForeignKey
from schemaproof.catalog.indexes import IndexKey
from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName
from schemaproof.catalog.objects import CatalogObject

_Convert = Callable[[Any], Any]
_Known = dict[str, dict[str, CatalogObject]]

FEWEST = 16384  # records kept whatever the size of a schema: those of some 200 tables, 30 MB


class Records:
    """
    The records made so far, as many as the largest of the last snapshots had and as many again.
    """

    def __init__(self) -> None:
        self._recent: _Known = {kind: {} for kind in KINDS}
        self._older: _Known = {kind: {} for kind in KINDS}

    def of(self, kind: str, lines: Sequence[str]) -> list[Any]:
        """
        Return the records that some lines tell.
        """
        known = self._recent[kind]
        return [known.get(line) or self._recalled(kind, line) for line in lines]

    def forget_all_but(self, number: int) -> None:
        """
        Forget what was not asked for lately, if there is more than so many.
        """
        if sum(map(len, self._recent.values())) > max(FEWEST, number):
            self._older, self._recent = self._recent, {kind: {} for kind in KINDS}

    def _recalled(self, kind: str, line: str) -> CatalogObject:
        record = self._older[kind].get(line) or _record(kind, line)
        # Another thread may have made it meanwhile.
        return self._recent[kind].setdefault(line, record)


@cache
def columns_of(kind: str) -> tuple[str, ...]:
    """
    Return the fields of a kind's records that are read, in the order in which a line has them.
    """
    # What a foreign key never has are fields of its base with a default.
    is_read = [kind != "foreign_keys" or each.default is MISSING for each in fields(KINDS[kind])]
    return tuple(each.name for each, read in zip(fields(KINDS[kind]), is_read, strict=True) if read)


def _record(kind: str, line: str) -> CatalogObject:
    values = json.loads(line)
    for place, convert in _conversions(kind):
        values[place] = convert(values[place])
    return KINDS[kind](**dict(zip(columns_of(kind), values, strict=True)))


@cache
def _conversions(kind: str) -> tuple[tuple[int, _Convert], ...]:
    hints = get_type_hints(KINDS[kind])
    return tuple(
        (place, _CONVERSIONS[hints[name]])
        for place, name in enumerate(columns_of(kind))
        if hints[name] in _CONVERSIONS
    )


def _index_key(parts: list[str | None]) -> IndexKey:
    column, expression, opclass, collation, descending, nulls_first = parts
    return IndexKey(
        column=column,
        expression=expression,
        opclass=opclass,
        collation=collation,
        is_descending=descending != "0",
        nulls_first=nulls_first != "0",
    )


# JSON has lists and NULLs where the records have tuples and names.
_CONVERSIONS: Mapping[Any, _Convert] = {
    QualifiedName: lambda value: QualifiedName(*value),
    QualifiedName | None: lambda value: value and QualifiedName(*value),
    tuple[QualifiedName, ...]: lambda value: tuple(QualifiedName(*each) for each in value),
    tuple[IndexKey, ...]: lambda value: tuple(_index_key(each) for each in value),
    tuple[str, ...]: lambda value: tuple(value or ()),
    tuple[str, ...] | None: lambda value: None if value is None else tuple(value),
}

#: What is read, and of which class its records are.
KINDS: Mapping[str, type[CatalogObject]] = {
    "foreign_keys": ForeignKey,
    **{
        each.name: get_args(hint)[0]
        for each in fields(Catalog)
        for hint in (get_type_hints(Catalog)[each.name],)
        if get_args(hint)
    },
}
