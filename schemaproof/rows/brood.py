"""
Plant a row and two of everything that can hang from it, level by level.
"""

from __future__ import annotations

import psycopg

from schemaproof.catalog import ForeignKey, QualifiedName
from schemaproof.rows.maker import Row, RowMaker


class Brood:
    """
    The rows below one row.

    Every key that points at a row's table hangs two rows from it, where it may have two, and the
    first of them has a brood of its own: so at each level more than one row is there to go. Each
    key is followed once.

    Attributes:
        ancestor: The row at the top.
        depth: How many levels there are below it.
    """

    def __init__(self, table: QualifiedName, maker: RowMaker) -> None:
        self._maker, self._seen = maker, set[tuple[str, str]]()
        self.depth = 0
        self.ancestor = maker.referable(maker.catalog.foreign_keys_to(table)[0])
        self._raise(self.ancestor, 1)

    def _raise(self, parent: Row, level: int) -> None:
        for key in self._maker.catalog.foreign_keys_to(parent.table):
            # What refers from a partition refers from its table.
            if key.key in self._seen or key.is_inherited:
                continue
            self._seen.add(key.key)
            given = parent.pointed_at_by(key)
            child = self._maker.insert(key.table, given)
            self._second(key, given)
            if key.on_delete == "CASCADE":
                self.depth = max(self.depth, level)
            self._raise(child, level + 1)

    def _second(self, key: ForeignKey, given: dict[str, str | None]) -> None:
        before = len(self._maker.made)
        try:
            with self._maker.connection.transaction():
                self._maker.insert(key.table, given)
        except psycopg.errors.UniqueViolation:
            del self._maker.made[before:]  # one to one
