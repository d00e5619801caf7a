"""
Assume how tables look when they are large, where nobody has declared it.

Every table has as many rows, or as many as its keys can number; ten of them hang from each parent
that has any; moments rise over a year; each label of an enum comes as often; whatever else is free
differs from row to row. A project that knows better declares a `Population`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from schemaproof.catalog import Catalog, Column, QualifiedName, Table
from schemaproof.rows.candidates import checks_on, is_counted
from schemaproof.rows.kinds import TEXT_TYPES, plain_type
from schemaproof.rows.volume import Spread, Volume

FAN_OUT = 10.0
YEAR = ("2025-01-01", "2026-01-01")
# What every number of the type may be, whatever its scale.
FRACTION, THOUSANDS, MILLION = ("0", "0.99"), ("0", "30000"), ("0", "1000000")
RANGES = {
    "date": YEAR,
    "timestamp": YEAR,
    "timestamptz": YEAR,
    "int2": THOUSANDS,
    "int4": MILLION,
    "int8": MILLION,
    "numeric": FRACTION,
    "float4": FRACTION,
    "float8": FRACTION,
}
VARIED = TEXT_TYPES | {"uuid", "bytea"}
# What a whole number tells apart, less what the rows that are tried first take.
TOLD_APART = {"int2": 10_000, "int4": 2_000_000_000}


def assumed(catalog: Catalog, rows: float) -> dict[QualifiedName, Volume]:
    """
    Return a volume of so many rows for every table that has rows of its own.
    """
    return {
        table.qualified_name: _volume(table.qualified_name, catalog, round(rows))
        for table in catalog.tables
        if _is_plain(table)
    }


def with_parents(
    declared: Mapping[QualifiedName, Volume], catalog: Catalog
) -> dict[QualifiedName, Volume]:
    """
    Return the volumes with those of parents that nobody has declared: as many as children take.

    Without parents all children would have the same key.
    """
    volumes = dict(declared)
    waiting = [*declared]
    while waiting:
        volume = volumes[table := waiting.pop()]
        for key in catalog.foreign_keys_of(table):
            target = catalog.table(*key.target)
            if key.target in declared or target is None or not _is_plain(target):
                continue
            rows = min(volume.rows, volume.spread_of(key).parents(volume.rows))
            if key.target not in volumes or volumes[key.target].rows < rows:
                volumes[key.target] = _volume(key.target, catalog, rows)
                waiting.append(key.target)
    return volumes


def _is_plain(table: Table) -> bool:
    return table.form == "ordinary" and table.partition_bound is None


def _most(table: QualifiedName, catalog: Catalog) -> int:
    columns = {column.name: plain_type(column) for column in catalog.columns_of(table)}
    alone = [
        columns.get(index.keys[0].column or "", "")
        for index in catalog.indexes_of(table)
        if index.is_unique and len(index.keys) == 1 and index.predicate is None
    ]
    return min((TOLD_APART[kind] for kind in alone if kind in TOLD_APART), default=sys.maxsize)


def _volume(table: QualifiedName, catalog: Catalog, rows: int) -> Volume:
    keys = {name for key in catalog.foreign_keys_of(table) for name in key.columns}
    # What must be unique is made so in any case.
    unique = {
        key.column for index in catalog.indexes_of(table) if index.is_unique for key in index.keys
    }
    free = [
        column
        for column in catalog.columns_of(table)
        if column.name not in keys | unique
        and column.type_kind != "domain"
        and column.generated is None
        and not is_counted(column)
        and not checks_on(column, catalog)
    ]
    ranges = {
        column.name: RANGES[plain_type(column)] for column in free if plain_type(column) in RANGES
    }
    return Volume(
        rows=min(rows, _most(table, catalog)),
        keys={name: Spread(fan_out=FAN_OUT) for name in keys},
        weights={column.name: labels for column in free if (labels := _labels(column, catalog))},
        ranges=ranges,
        ascending=[name for name, given in ranges.items() if given == YEAR],
        varied=[column.name for column in free if plain_type(column) in VARIED],
    )


def _labels(column: Column, catalog: Catalog) -> dict[str | None, float]:
    for each in catalog.enum_types:
        if (each.schema, each.name) == (column.type_schema, column.type_name):
            return dict.fromkeys(each.labels, 1.0)
    return {}
