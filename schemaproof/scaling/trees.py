"""
Estimate how large and how high a B-tree is with many more rows than it has.

Rows with the same key share an entry: the more of them there are to a key, the less each takes.

Source: https://www.postgresql.org/docs/current/btree.html#BTREE-DEDUPLICATION
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from schemaproof.catalog import Catalog, Index, QualifiedName
from schemaproof.plans import RelationStatistics, Statistics

# Of an entry: its head and its line pointer; of each further row with its key, where that lies.
HEAD_BYTES, POINTER_BYTES, ROW_BYTES = 8, 4, 6
ALIGNMENT = 8
PAGE_BYTES = 8192 - 24 - 16  # without its header and the links to its neighbours
# How full pages above the leaves become.
FILL = 0.7
# Rows that one entry holds at most: it takes up to a sixth of a page.
MOST_ROWS = PAGE_BYTES / 6 / ROW_BYTES
DEFAULT_BYTES = 8  # of a key of which nothing is known


@dataclass(frozen=True, kw_only=True)
class Tree:
    """
    A B-tree of which a small one is known.

    Attributes:
        entry_bytes: How long a key is on average, with what is carried along.
        pages: How many blocks the small one has, the first included.
        rows: How many rows.
        duplicates: How many of them there are to a key, on average; 1 if it is unique.
    """

    entry_bytes: float
    pages: int
    rows: float
    duplicates: float

    def pages_at(self, rows: float, duplicates: float) -> int:
        """
        Return how many blocks it has with more rows.
        """
        if not self.rows:
            return self.pages
        row_bytes = (self.pages - 1) / self.rows
        share = self._row_bytes(duplicates) / self._row_bytes(self.duplicates)
        return 1 + max(self.pages - 1, math.ceil(rows * row_bytes * share))

    def _row_bytes(self, duplicates: float) -> float:
        shared = min(max(duplicates, 1.0), MOST_ROWS)
        return _aligned_bytes(self.entry_bytes) / shared + ROW_BYTES * min(1.0, shared - 1)


def height(pages: int, key_bytes: float) -> int:
    """
    Return how many levels a B-tree of so many blocks has above its leaves.
    """
    levels, blocks = 0, float(pages - 1)
    while blocks > 1:
        levels, blocks = levels + 1, blocks * _aligned_bytes(key_bytes) / (PAGE_BYTES * FILL)
    return levels


def key_bytes(index: Index, own: RelationStatistics, table: RelationStatistics) -> float:
    """
    Return how long a key of an index is on average.
    """
    columns = {column.name: column for column in table.columns}
    of_expressions = iter(own.columns)
    widths = (
        next(of_expressions, None) if key.column is None else columns.get(key.column)
        for key in index.keys
    )
    return sum(DEFAULT_BYTES if column is None else column.width for column in widths)


def carried_bytes(index: Index, table: RelationStatistics) -> float:
    """
    Return how long is on average what an index carries along, which is in its leaves alone.
    """
    return sum(column.width for column in table.columns if column.name in index.include)


def with_heights(statistics: Statistics, catalog: Catalog) -> Statistics:
    """
    Return the statistics with the height of each B-tree that its size and its keys give it.
    """
    known = dict(statistics)
    for index in catalog.indexes:
        own = known.get(QualifiedName(index.table.schema, index.name))
        table = known.get(index.table)
        if index.method == "btree" and own is not None and table is not None:
            levels = height(own.pages, key_bytes(index, own, table))
            known[own.relation] = replace(own, height=levels)
    return known


def _aligned_bytes(content: float) -> float:
    return math.ceil((HEAD_BYTES + content) / ALIGNMENT) * ALIGNMENT + POINTER_BYTES
