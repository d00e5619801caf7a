"""
Plant a row, everything that can hang from it, and a bystander that must survive.
"""

from __future__ import annotations

from schemaproof.catalog import ForeignKey
from schemaproof.rows.maker import Row, RowMaker


class Family:
    """
    The rows around one foreign key.

    Under ``parent`` hang two children or more by the key, under the first of them one row by every
    key that points there, down the whole tree. A bystander is another row of the parent's table
    with a child of its own.

    Attributes:
        parent: The row to delete.
        children: What hangs from it by the key.
    """

    def __init__(
        self, key: ForeignKey, maker: RowMaker, *, children: int = 2, is_whole: bool = True
    ) -> None:
        self._maker = maker
        self.parent = maker.referable(key)
        bystander = maker.referable(key)
        self.children = [self._hang(key, self.parent) for _ in range(children)]
        self._hang(key, bystander)
        seen = {key.key}
        self._descend(self.children[0], seen)
        if is_whole:
            # Then the parent's other keys, so that one delete is seen whole.
            self._descend(self.parent, seen)

    def _descend(self, parent: Row, seen: set[tuple[str, str]]) -> None:
        for key in self._maker.catalog.foreign_keys_to(parent.table):
            # Each key once: enough to see it act, and no explosion where there are many.
            # What refers from a partition refers from its table.
            if key.key not in seen and not key.is_inherited:
                seen.add(key.key)
                self._descend(self._hang(key, parent), seen)

    def _hang(self, key: ForeignKey, parent: Row) -> Row:
        given = parent.pointed_at_by(key)
        return self._maker.insert(key.table, given)
