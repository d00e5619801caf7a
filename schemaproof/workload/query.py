"""
Declare one query that matters, and what is promised of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable, create_mock_engine

from schemaproof.plans import clause

SIZES = (1e6, 1e9)
DIALECT = create_mock_engine("postgresql+psycopg://", lambda *_: None).dialect
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
WRITES = re.compile(
    r"\b(insert|update|delete|merge|for\s+(key\s+)?share)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Query:
    """
    One statement as the application sends it, and what it relies on.

    Attributes:
        name: What people call it, e.g. ``a user's projects, newest first``.
        statement: SQL text with ``:names``, or a SQLAlchemy statement.
        parameters: Typical values.
        index: The index that it relies on, as ``schema.index`` if several have that name; None if
            it is to read the whole table.
        condition: The columns by which that index must find rows; none if it is only to order.
        is_ordered: Whether the index must give the rows in order, so that nothing sorts them.
        sizes: At how many rows of the counted table the index must be chosen.
        reads_all_because: Why the server is right to read the whole table all the same, such as
            ``nine jobs of ten are completed``; then it must at every size.
        buffers: How many blocks a run may touch at any size; None if nothing was promised.
    """

    name: str
    statement: Executable | str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    index: str | None = None
    condition: tuple[str, ...] = ()
    is_ordered: bool = False
    sizes: tuple[float, ...] = SIZES
    reads_all_because: str | None = None
    buffers: int | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def only_reads(self) -> bool:
        """
        Whether no word of it could write or lock rows: to plan one that does takes a lock too.
        """
        statement = self.statement
        if not isinstance(statement, str):
            statement = str(clause(statement).compile(dialect=DIALECT))
        return WRITES.search(QUOTED.sub("''", statement)) is None
