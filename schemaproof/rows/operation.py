"""
Name one statement that changes rows, and what the law says of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemaproof.catalog import QualifiedName
from schemaproof.rows.law import Law
from schemaproof.rows.maker import Row
from schemaproof.rows.refused import Refused
from schemaproof.rows.shapes import Values


@dataclass(frozen=True, repr=False)
class Operation:
    """
    One statement that deletes or updates some rows of one table.

    Attributes:
        rows: The rows, as they were read from the server.
        changes: For each of them its new values; None to delete them all.
    """

    rows: tuple[Row, ...]
    changes: tuple[Values, ...] | None = None

    @property
    def table(self) -> QualifiedName:
        """
        Their table.
        """
        return self.rows[0].table

    def under(self, law: Law, rows: Sequence[Row]) -> list[Row] | Refused:
        """
        Return what the law leaves of ``rows``.
        """
        if self.changes is None:
            return law.delete(rows, self.rows)
        return law.update(rows, dict(zip(self.rows, self.changes, strict=True)))

    def __repr__(self) -> str:
        told = [dict(row.values) for row in self.rows]
        if self.changes is None:
            return f"<DELETE FROM {self.table.name} {told}>"
        return f"<UPDATE {self.table.name} {told} TO {[*self.changes]}>"
