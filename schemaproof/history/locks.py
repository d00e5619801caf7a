"""
Name the locks that a revision takes, what they block, and what is done while they are held.

PostgreSQL gives a lock back at the end of the transaction, so it is held for everything that comes
after it. A lock that blocks others for a moment is the price of most changes; one that is held
while a whole table is read or written anew blocks them the longer the more rows there are.

Source: https://www.postgresql.org/docs/current/explicit-locking.html
"""

from __future__ import annotations

from dataclasses import dataclass

from schemaproof.catalog import QualifiedName
from schemaproof.history.revision import Statement

# From the weakest; the first three are those of everybody who reads and writes.
MODES = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
# As pg_locks writes them: AccessShareLock.
MODE_OF = {f"{mode.title().replace(' ', '')}Lock": mode for mode in MODES}


def rank(mode: str) -> int:
    """
    Return how strong a lock is, from 0.
    """
    return MODES.index(mode)


def is_noted(mode: str) -> bool:
    """
    Whether it is more than every reader and writer takes.
    """
    return rank(mode) >= rank("SHARE UPDATE EXCLUSIVE")


def blocked_by(mode: str) -> str:
    """
    Return what others cannot do to the table meanwhile; empty if they can read and write.
    """
    if mode == "ACCESS EXCLUSIVE":
        return "reads and writes"
    return "writes" if rank(mode) >= rank("SHARE") else ""


@dataclass(frozen=True, kw_only=True)
class Scan:
    """
    A statement's pass over a whole table that was there before the revision.

    Attributes:
        table: The table.
        statement: The statement.
        is_rewrite: Whether it wrote the table into a new file; else it only read it.
    """

    table: QualifiedName
    statement: Statement
    is_rewrite: bool


@dataclass(frozen=True, kw_only=True)
class Lock:
    """
    A lock on a table that was there before the revision.

    Attributes:
        table: The table.
        mode: In PostgreSQL's words, e.g. ``SHARE ROW EXCLUSIVE``.
        statement: The statement that took it.
        later: The revision's statements through which it was still held after that.
        scans: What was read or rewritten as a whole while it was held, on whatever table.
        is_file_replaced: Whether the table had another file at the end of its statement.
        is_dropped: Whether the revision left no such table.
    """

    table: QualifiedName
    mode: str
    statement: Statement
    later: tuple[Statement, ...] = ()
    scans: tuple[Scan, ...] = ()
    is_file_replaced: bool = False
    is_dropped: bool = False

    @property
    def blocks(self) -> str:
        """
        What others cannot do to the table: ``reads and writes``, ``writes`` or nothing.
        """
        return blocked_by(self.mode)
