"""
Keep the locks that one step holds, from statement to statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemaproof.catalog import QualifiedName
from schemaproof.history._bystanders import Relation
from schemaproof.history._counting import Counts
from schemaproof.history.locks import Lock, Scan, blocked_by, rank
from schemaproof.history.revision import Statement

Files = dict[int, int | None]
ALONE = ""  # the transaction of a statement that ended it


@dataclass(kw_only=True)
class OpenLock:
    """
    A lock that is held.

    Attributes:
        oid: Of what.
        mode: In PostgreSQL's words.
        transaction: By which transaction.
        statement: What took it.
        later: What was sent since.
        scans: What was read or rewritten since.
        is_file_replaced: Whether what is locked has another file.
    """

    oid: int
    mode: str
    transaction: str
    statement: Statement
    later: list[Statement] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    is_file_replaced: bool = False


class WatchedStep:
    """
    What was there before a step, and what was seen of it.

    Attributes:
        path: The revision's file.
        relations: What was there, by OID.
        files: The numbers of their files, as they are now.
        before: What had been counted before the statement that is being done.
        found: All locks, in the order in which they were taken.
        held: Those that are held now.
    """

    def __init__(self, path: Path, relations: dict[int, Relation]) -> None:
        self.path, self.relations = path, relations
        self.files: Files = {oid: relation.file for oid, relation in relations.items()}
        self.before: Counts | None = None
        self.found: list[OpenLock] = []
        self.held: list[OpenLock] = []

    @property
    def is_blocking(self) -> bool:
        """
        Whether a lock is held that keeps others from reading or writing.
        """
        return any(blocked_by(one.mode) for one in self.held)

    def name(self, oid: int) -> QualifiedName:
        """
        Return what a relation was called before the step.
        """
        return QualifiedName(self.relations[oid].schema, self.relations[oid].name)

    def locked(self, now: Mapping[int, str], transaction: str, statement: Statement) -> None:
        """
        Take note of the locks that are held now, for each table the strongest.
        """
        self.held = [
            one for one in self.held if one.transaction == transaction != ALONE and one.oid in now
        ]
        for one in self.held:
            one.later.append(statement)
        known = {one.oid: one.mode for one in self.held}
        for oid, mode in sorted(now.items(), key=lambda item: self.name(item[0])):
            if oid not in known or rank(mode) > rank(known[oid]):
                taken = OpenLock(oid=oid, mode=mode, transaction=transaction, statement=statement)
                self.held.append(taken)
                self.found.append(taken)

    def worked(self, scans: list[Scan], files: Files) -> None:
        """
        Take note of what was done while they are held.
        """
        for one in self.held:
            one.scans.extend(scans)
            one.is_file_replaced |= one.oid in files and files[one.oid] != self.files[one.oid]
        self.files.update(files)

    def locks(self, still_there: set[int]) -> tuple[Lock, ...]:
        """
        Return what was seen.
        """
        return tuple(
            Lock(
                table=self.name(one.oid),
                mode=one.mode,
                statement=one.statement,
                later=tuple(one.later),
                scans=tuple(one.scans),
                is_file_replaced=one.is_file_replaced,
                is_dropped=one.oid not in still_there,
            )
            for one in self.found
        )
