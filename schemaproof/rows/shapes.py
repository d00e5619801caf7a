"""
Keep what has been learnt of the rows that tables take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemaproof.catalog import QualifiedName

Values = dict[str, str | None]


class NoRowFound(Exception):
    """
    No row that the table takes was found.

    Attributes:
        table: The table.
        obstacle: What refused the last row offered: a constraint's name, or the server's words.
    """

    def __init__(self, table: QualifiedName, obstacle: str) -> None:
        self.table, self.obstacle = table, obstacle
        super().__init__(f"no row of {table} was found that satisfies {obstacle}")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """
    A row that a table takes, foreign keys aside.

    Attributes:
        table: The table.
        values: A text for each column that must be given.
        states: For each enumerated column the texts that it may hold, if they were asked for.
    """

    table: QualifiedName
    values: Values
    states: dict[str, tuple[str, ...]]


class Shapes(dict[QualifiedName, Shape]):
    """
    What has been learnt of the tables' rows so far.

    Attributes:
        hints: For a table whose row is hard to find, values that somebody knows it takes.
    """

    def __init__(self, hints: Mapping[QualifiedName, Values] | None = None) -> None:
        super().__init__()
        self.hints = dict(hints or {})
