"""
Assume how tables look when they are large, where nobody has declared it.

Every table has as many rows; ten of them hang from each parent that has any; moments rise over a
year; each label of an enum comes as often; whatever else is free differs from row to row. A project
that knows better declares a `Population`.
"""

from __future__ import annotations

from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.rows.candidates import checks_on, is_counted
from schemaproof.rows.fresh import VARIED
from schemaproof.rows.kinds import plain_type
from schemaproof.rows.volume import Spread, Volume

FAN_OUT = 10.0
YEAR = ("2025-01-01", "2026-01-01")
MOMENTS = frozenset({"timestamp", "timestamptz"})


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
    free = [
        column
        for column in catalog.columns_of(table)
        if column.name not in keys
        and column.generated is None
        and not is_counted(column)
        and not checks_on(column, catalog)
    ]
    moments = [column.name for column in free if plain_type(column) in MOMENTS]
    return Volume(
        rows=rows,
        keys={name: Spread(fan_out=FAN_OUT) for name in keys},
        weights={column.name: labels for column in free if (labels := _labels(column, catalog))},
        ranges=dict.fromkeys(moments, YEAR),
        ascending=moments,
        varied=[
            column.name
            for column in free
            if column.name not in moments and plain_type(column) in VARIED
        ],
    )


def _labels(column: Column, catalog: Catalog) -> dict[str | None, float]:
    for each in catalog.enum_types:
        if (each.schema, each.name) == (column.type_schema, column.type_name):
            return dict.fromkeys(each.labels, 1.0)
    return {}
