"""
Say what is demanded of the rows that are there, and what is known of it before they are asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from psycopg import sql

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.preflight.limits import Limits


class Question(Protocol):
    """
    What is asked of the rows that are there.
    """

    def query(self, live: Limits) -> sql.Composable:
        """
        Return the SQL, given what there is now.
        """


@dataclass(frozen=True, kw_only=True)
class Demand:
    """
    One thing that rows must fulfil.

    Attributes:
        kind: ``NOT NULL``, ``UNIQUE``, ``CHECK``, ``FOREIGN KEY``, ``EXCLUDE``, ``TYPE``.
        table: The table, as it is called now.
        name: The column, or the constraint.
        told: The demand in words, e.g. ``NOT NULL of orders.note``.
        question: What to ask of the rows; None if it cannot be said of what there is now.
        why_not: Why not.
        columns: The numbers of the columns that it speaks of; none if they cannot be told.
        target: The table that a foreign key refers to, as it is called now.
        line: The line of the revision that makes it.
        written: What writes to its tables before it is made, each as ``0007 line 12``.
    """

    kind: str
    table: QualifiedName
    name: str
    told: str
    question: Question | None = None
    why_not: str = ""
    columns: frozenset[int] = frozenset()
    target: QualifiedName | None = None
    line: int | None = None
    written: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """
        Where it is, as people write it.
        """
        return f"{short_name(self.table)}.{self.name}"
