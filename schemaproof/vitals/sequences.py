"""
Record how far the numbers have come: sequences, and the keys that are made of them.

Source: https://www.postgresql.org/docs/current/sql-createsequence.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from schemaproof.catalog import QualifiedName

# The least and the greatest that a type holds.
BOUNDS = {
    "smallint": (-(2**15), 2**15 - 1),
    "integer": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
}


class Numbered(NamedTuple):
    """
    A column that takes its values from a sequence.

    Attributes:
        table: Its table.
        column: Its name, unquoted.
        type: Its type; of a domain, what that is over.
    """

    table: QualifiedName
    column: str
    type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SequenceState:
    """
    A sequence, and the last value that it gave.

    Attributes:
        name: Its name.
        type: ``bigint``, ``integer`` or ``smallint``.
        start: Its first value.
        increment: Its step; negative if it goes down.
        minimum: Its lowest value.
        maximum: Its highest value.
        is_cyclic: Whether it starts again at its end.
        numbers: The columns that it gives their values; several if they share it.
        last_value: What it gave last; None if it never gave one, or nobody could look.
        unseen: Why nobody could look, and what would help; None if somebody did.
    """

    name: QualifiedName
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    is_cyclic: bool
    numbers: tuple[Numbered, ...]
    last_value: int | None
    unseen: str | None

    @property
    def end(self) -> int:
        """
        The value beyond which it gives none.
        """
        return self.maximum if self.increment > 0 else self.minimum

    def left_before(self, end: int) -> int:
        """
        Return how many values it has left that do not lie beyond ``end``.
        """
        if self.last_value is None:
            return max(0, (end - self.start) // self.increment + 1)
        return max(0, (end - self.last_value) // self.increment)

    def used_before(self, end: int) -> float:
        """
        Return which share of the values that do not lie beyond ``end`` it has given.
        """
        total = max(0, (end - self.start) // self.increment + 1)
        return 1.0 if total == 0 else max(0.0, 1 - self.left_before(end) / total)


@dataclass(frozen=True, kw_only=True, slots=True)
class IntegerKey:
    """
    A primary key of one integer column.

    Attributes:
        table: Its table.
        column: The column, unquoted.
        type: ``bigint``, ``integer`` or ``smallint``; of a domain, what that is over.
        lowest: The least value in it, as its index or a sample says; None if there is none.
        highest: The greatest value likewise.
        unseen: Why nobody could look, and what would help; None if somebody did.
    """

    table: QualifiedName
    column: str
    type: str
    lowest: int | None
    highest: int | None
    unseen: str | None
