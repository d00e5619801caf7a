"""
Assume how tables look when they are large, where nobody has declared it.

Every table has as many rows; ten of them hang from each parent that has any; moments rise over a
year; each label of an enum comes as often; whatever else is free differs from row to row. A project
that knows better declares a `Population`.
"""

from __future__ import annotations

from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.rows.candidates import checks_on, is_counted
from schemaproof.rows.kinds import TEXT_TYPES, plain_type
from schemaproof.rows.volume import Spread, Volume

FAN_OUT = 10.0
YEAR = ("2025-01-01", "2026-01-01")
# What every number of the type may be, whatever its scale.
FRACTION, THOUSANDS, MILLION = ("0", "0.99"), ("0", "30000"), ("0", "1000000")
RANGES = {
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


def assumed(catalog: Catalog, rows: float) -> dict[QualifiedName, Volume]:
    """
    Return a volume of so many rows for every table that has rows of its own.
    """
    return {
        table.qualified_name: _volume(table.qualified_name, catalog, round(rows))
        for table in catalog.tables
        if table.form == "ordinary" and table.partition_bound is None
    }


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
        rows=rows,
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
