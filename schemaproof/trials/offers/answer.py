"""
Record what the server did with a row that it was offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemaproof.catalog import QualifiedName
from schemaproof.rows import Values

TAKEN = "SP000"  # what offer.sql raises to undo a row that was taken
# As PostgreSQL's context names the function that it was in.
FUNCTION = re.compile(r"function ([^\s(]+)\(")
OURS = "schemaproof_offer"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    What became of one row.

    Attributes:
        offered: The row: a text for each column that was given.
        stored: The row as it was stored, by column; None if it was not.
        read: What was asked of the stored row, as text; empty if there is none.
        sqlstate: The code of the refusal; None if there was none.
        constraint: The constraint or index that the refusal names.
        column: The column that it names.
        table: The table that it names.
        data_type: The type that it names.
        function: The function whose code raised it: a trigger's as a rule.
        message: What was said.
    """

    offered: Values
    stored: Values | None = None
    read: tuple[str | None, ...] = ()
    sqlstate: str | None = None
    constraint: str | None = None
    column: str | None = None
    table: QualifiedName | None = None
    data_type: str | None = None
    function: str | None = None
    message: str = ""

    @property
    def is_taken(self) -> bool:
        """
        Whether the row is there.
        """
        return self.stored is not None

    @property
    def by(self) -> str:
        """
        Who refused, in a few words.
        """
        if self.sqlstate is None:
            return "a trigger or rule that swallows inserts"
        if self.function is not None:
            return f"function {self.function} ({self.sqlstate})"
        if self.constraint is not None:
            return f"constraint {self.constraint} ({self.sqlstate})"
        return f"{self.message} ({self.sqlstate})"


def answer(
    offered: Values, columns: tuple[str, ...], row: tuple[str | None, ...], stored: list[str] | None
) -> Answer:
    """
    Make the record of one line that offer.sql returns.

    Args:
        offered: The row.
        columns: The names of the columns that come back.
        row: What went wrong.
        stored: What came back: those columns, then what else was asked for.
    """
    code, constraint, column, schema, table, data_type, told, context = row
    if code == TAKEN:
        if stored is None:
            return Answer(offered=offered)
        return Answer(
            offered=offered,
            stored=dict(zip(columns, stored, strict=False)),
            read=tuple(stored[len(columns) :]),
        )
    functions = [name for name in FUNCTION.findall(context or "") if OURS not in name]
    return Answer(
        offered=offered,
        sqlstate=code,
        constraint=constraint or None,
        column=column or None,
        table=QualifiedName(schema or "", table) if table else None,
        data_type=data_type or None,
        function=functions[0] if functions else None,
        message=told or "",
    )
