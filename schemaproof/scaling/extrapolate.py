"""
Conclude from a sample what ANALYZE would say of everything that it was drawn from.

Frequencies, histograms and correlations of the sample are those of the whole. What grows are the
rows, the blocks, the height of trees, and the number of different values.

Source: https://www.postgresql.org/docs/current/row-estimation-examples.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from schemaproof.catalog import Catalog, Index, QualifiedName
from schemaproof.plans import MOST_COMMON, ColumnStatistics, RelationStatistics, Statistics
from schemaproof.rows import Volume
from schemaproof.scaling.distinct import Counts, as_stored, estimated
from schemaproof.scaling.trees import Tree, carried_bytes, key_bytes, with_heights


def extrapolated(
    sampled: Statistics,
    volumes: Mapping[QualifiedName, Volume],
    catalog: Catalog,
    counts: Counts,
) -> Statistics:
    """
    Return statistics of tables of the declared volumes.

    Args:
        sampled: Statistics of the samples.
        volumes: What these were drawn from.
        catalog: What the database contains.
        counts: Of values in the samples.
    """
    indexes = {QualifiedName(index.table.schema, index.name): index for index in catalog.indexes}
    whole: Statistics = {}
    for table, volume in volumes.items():
        if table in sampled:
            whole[table] = _table(sampled[table], volume, counts)
    for name, each in sampled.items():
        index = indexes.get(name)
        if index is not None and index.table in whole:
            whole[name] = _Grown(index, each, sampled[index.table], whole[index.table]).at(counts)
    return with_heights(whole, catalog)


def _table(sampled: RelationStatistics, volume: Volume, counts: Counts) -> RelationStatistics:
    rows = float(volume.rows)
    pages = math.ceil(sampled.pages * rows / max(sampled.rows, 1.0))
    return replace(
        sampled,
        rows=rows,
        pages=pages,
        all_visible=pages,
        columns=tuple(_column(column, sampled, rows, counts) for column in sampled.columns),
        extended=tuple(
            each if rows <= sampled.rows else each.grown(partial(_together, sampled, rows, counts))
            for each in sampled.extended
        ),
    )


def _together(
    sampled: RelationStatistics, rows: float, counts: Counts, columns: Sequence[str]
) -> float:
    values, once, with_values = counts.of(sampled.relation, columns)
    return estimated(values, once, with_values, rows * with_values / max(sampled.rows, 1.0))


def _column(
    column: ColumnStatistics, sampled: RelationStatistics, rows: float, counts: Counts
) -> ColumnStatistics:
    common = column.slot(MOST_COMMON)
    # Every value is among the common ones, or no value occurs twice: so it is in the whole.
    is_complete = common is not None and len(common.numbers or ()) == column.distinct
    is_unique = math.isclose(column.distinct, column.null_fraction - 1, abs_tol=1e-6)
    if rows <= sampled.rows or is_complete or is_unique:
        return column
    values, once, with_value = counts.of(sampled.relation, [column.name])
    present = rows * (1 - column.null_fraction)
    distinct = estimated(values, once, with_value, present)
    return replace(column, distinct=as_stored(distinct, rows))


class _Grown:
    """One index of a table that has grown."""

    def __init__(
        self,
        index: Index,
        sampled: RelationStatistics,
        table: RelationStatistics,
        grown: RelationStatistics,
    ) -> None:
        self._index, self._sampled = index, sampled
        self._table, self._grown = table, grown

    def at(self, counts: Counts) -> RelationStatistics:
        factor = self._grown.rows / max(self._table.rows, 1.0)
        rows = self._sampled.rows * factor
        if self._index.method != "btree":
            pages = math.ceil(self._sampled.pages * factor)
            return replace(self._sampled, rows=rows, pages=pages)
        before, after = self._duplicates(rows, counts)
        tree = Tree(
            entry_bytes=key_bytes(self._index, self._sampled, self._table)
            + carried_bytes(self._index, self._table),
            pages=self._sampled.pages,
            rows=self._sampled.rows,
            duplicates=before,
        )
        return replace(self._sampled, rows=rows, pages=tree.pages_at(rows, after))

    def _duplicates(self, rows: float, counts: Counts) -> tuple[float, float]:
        names = [key.column for key in self._index.keys if key.column is not None]
        if self._index.is_unique or len(names) < len(self._index.keys) or not names:
            return 1.0, 1.0
        values, once, sampled = counts.of(self._index.table, names)
        if not values:
            return 1.0, 1.0
        return sampled / values, rows / estimated(values, once, sampled, rows)
