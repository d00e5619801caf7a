"""
Plant a row, everything that can hang from it, and a bystander that must survive.
"""

from __future__ import annotations

from enum import Enum

import psycopg

from schemaproof.catalog import ForeignKey
from schemaproof.rows.maker import Row, RowMaker


class Reach(Enum):
    """
    What hangs from the rows of a family beside the key's own children.
    """

    WHOLE = "all that can hang from the parent"
    BELOW = "all that can hang from a child"
    BARE = "nothing"


class Family:
    """
    The rows around one foreign key.

    Under ``parent`` hang two children or more by the key (one, if it is one to one), under the
    first of them one row by every key that points there, down the whole tree. A bystander is
    another row of the parent's table with a child of its own.

    Attributes:
        parent: The row to delete.
        children: What hangs from it by the key.
    """

    def __init__(
        self,
        key: ForeignKey,
        maker: RowMaker,
        *,
        children: int = 2,
        reach: Reach = Reach.WHOLE,
    ) -> None:
        self._maker = maker
        self.parent = maker.referable(key)
        bystander = maker.referable(key)
        self.children = [self._hang(key, self.parent)]
        while len(self.children) < children and (child := self._another(key)):
            self.children.append(child)
        self._hang(key, bystander)
        seen = {key.key}
        if reach is not Reach.BARE:
            self._descend(self.children[0], seen)
        if reach is Reach.WHOLE:
            # Then the parent's other keys, so that one delete is seen whole.
            self._descend(self.parent, seen)

    def _descend(self, parent: Row, seen: set[tuple[str, str]]) -> None:
        for key in self._maker.catalog.foreign_keys_to(parent.table):
            # Each key once: enough to see it act, and no explosion where there are many.
            # What refers from a partition refers from its table.
            if key.key not in seen and not key.is_inherited:
                seen.add(key.key)
                self._descend(self._hang(key, parent), seen)

    def _another(self, key: ForeignKey) -> Row | None:
        before = len(self._maker.made)
        try:
            with self._maker.connection.transaction():
                return self._hang(key, self.parent)
        except psycopg.errors.UniqueViolation:
            del self._maker.made[before:]  # one to one
            return None

    def _hang(self, key: ForeignKey, parent: Row) -> Row:
        given = parent.pointed_at_by(key)
        return self._maker.insert(key.table, given)
