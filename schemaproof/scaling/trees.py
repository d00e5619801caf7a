"""
Estimate how large a B-tree is with many more rows than it has.

Rows with the same key share an entry: the more of them there are to a key, the less each takes.

Source: https://www.postgresql.org/docs/current/btree.html#BTREE-DEDUPLICATION
"""

from __future__ import annotations

import math
from dataclasses import dataclass

# Of an entry: its head and its line pointer; of each further row with its key, where that lies.
HEAD_BYTES, POINTER_BYTES, ROW_BYTES = 8, 4, 6
ALIGNMENT = 8
PAGE_BYTES = 8192 - 24 - 16  # without its header and the links to its neighbours
# How full pages above the leaves become.
FILL = 0.7
# Rows that one entry holds at most: it takes up to a sixth of a page.
MOST_ROWS = PAGE_BYTES / 6 / ROW_BYTES


@dataclass(frozen=True, kw_only=True)
class Tree:
    """
    A B-tree of which a small one is known.

    Attributes:
        key_bytes: How long a key is on average.
        pages: How many blocks the small one has, the first included.
        rows: How many rows.
        duplicates: How many of them there are to a key, on average; 1 if it is unique.
    """

    key_bytes: float
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

    def height_at(self, pages: int) -> int:
        """
        Return how many levels it has above its leaves, with so many blocks.
        """
        below = PAGE_BYTES * FILL / self._entry_bytes
        height, level = 0, float(pages - 1)
        while level > 1:
            level, height = level / below, height + 1
        return height

    @property
    def _entry_bytes(self) -> float:
        aligned = math.ceil((HEAD_BYTES + self.key_bytes) / ALIGNMENT) * ALIGNMENT
        return aligned + POINTER_BYTES

    def _row_bytes(self, duplicates: float) -> float:
        shared = min(max(duplicates, 1.0), MOST_ROWS)
        return self._entry_bytes / shared + ROW_BYTES * min(1.0, shared - 1)
