"""
Say what a revision does to whole tables, and under which locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from schemaproof.catalog import QualifiedName

WorkKind = Literal["scan", "rewrite", "index", "write"]


@dataclass(frozen=True, kw_only=True)
class Work:
    """
    One statement's pass over a whole table.

    Attributes:
        kind: The table is read, written anew, indexed, or its rows are changed.
        table: The table, as it is called now.
        line: The line of the revision that does it.
        revision: Another revision that does it, in the same transaction; None for the same.
        index: The index that is built.
        columns: The index's columns, as they are called now; empty for what cannot be told.
    """

    kind: WorkKind
    table: QualifiedName
    line: int | None
    revision: str | None = None
    index: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Held:
    """
    A lock that a revision holds, and what is done meanwhile.

    Attributes:
        table: The table, as it is called now.
        mode: In PostgreSQL's words.
        blocks: What others cannot do: ``reads and writes``, ``writes`` or nothing.
        line: The line that takes it.
        works: What is done while it is held, on whatever table.
    """

    table: QualifiedName
    mode: str
    blocks: str
    line: int | None
    works: tuple[Work, ...]


class Write(NamedTuple):
    """
    A statement that writes to a table.

    Attributes:
        place: The revision and the line.
        columns: The numbers of the columns that it may set; None if it may do anything to a row.
    """

    place: str
    columns: frozenset[int] | None
