"""
Watch the pending revisions run: what each demands of rows, writes, builds and locks.

What is asked of the server goes through the driver, where no listener of SQLAlchemy hears it.
"""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any

from sqlalchemy import Connection

from schemaproof.catalog import QualifiedName
from schemaproof.history import Lock, Revision, Scan, Statement
from schemaproof.preflight.demand import Demand
from schemaproof.preflight.following import Following
from schemaproof.preflight.limits import Key, Limits, Table
from schemaproof.preflight.reading import read_limits, statement
from schemaproof.preflight.work import Held, Work, WorkKind

FIRST_WORD = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*(\w*)", re.DOTALL)
READS = ("SELECT", "WITH", "TABLE", "VALUES")
WRITES = ("INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "COPY", "DO", "CALL", "TRUNCATE", "SELECT")


class Watching:
    """
    The pending revisions of one run.

    Args:
        version: Of the server whose rows will be asked.

    Attributes:
        demands: What each demands, by its identifier.
        new: The tables that each makes and writes to: nobody can say what they will hold.
    """

    def __init__(self, *, version: int) -> None:
        self._version = version
        self._following: Following | None = None
        self._revision: Revision | None = None
        self._locked: dict[int, tuple[bool, bool]] = {}
        self._begun: dict[str, Limits] = {}
        self._built: dict[int, list[Key]] = {}
        self.demands: dict[str, list[Demand]] = {}
        self.new: dict[str, set[QualifiedName]] = {}

    def begin(self, revision: Revision, connection: Connection) -> None:
        """
        A revision comes next.
        """
        self._revision = revision
        if self._following is None:
            start = read_limits(lambda text: str(_rows(connection, text)[0][0]))
            self._following = Following(start, version=self._version)
        self._begun[revision.id] = self._following.now
        self.demands[revision.id], self.new[revision.id] = [], set()

    def note(self, connection: Connection, sent: Statement) -> None:
        """
        It has sent a statement.
        """
        following, revision = self._following, self._revision
        if following is None or revision is None:
            return
        before = following.now
        place = f"{revision.id} line {sent.line}"
        written = self._written(connection, sent)
        updates = first_word(sent.sql) == "UPDATE" and ";" not in sent.sql.strip().rstrip(";")
        following.wrote(written, place, sent.sql, updates=updates)
        if not sent.is_autocommit and updates:
            return
        after = read_limits(lambda text: str(_rows(connection, text)[0][0]))
        self._built[id(sent)] = [
            key
            for oid, key in after.keys.items()
            if oid not in before.keys and key.table in following.start.tables
        ]
        self.demands[revision.id].extend(following.step(after, sent.sql, sent.line))
        self.new[revision.id] |= {
            after.tables[oid].name
            for oid in written
            if oid in after.tables and oid not in following.start.tables
        }

    def held(self, revision: Revision, locks: tuple[Lock, ...]) -> tuple[Held, ...]:
        """
        Return the locks of a revision on tables that are there now.
        """
        found = []
        for lock in locks:
            table = self._called_now(revision, lock.table)
            if table is not None:
                works = [self._work(revision, scan) for scan in lock.scans]
                found.append(
                    Held(
                        table=table,
                        mode=lock.mode,
                        blocks=lock.blocks,
                        line=lock.statement.line,
                        works=tuple(each for several in works for each in several),
                    )
                )
        return tuple(found)

    def builds(self, statements: tuple[Statement, ...]) -> tuple[Work, ...]:
        """
        Return the indexes that statements have built.
        """
        return tuple(
            self._build(key, sent.line)
            for sent in statements
            for key in self._built.get(id(sent), ())
        )

    def _work(self, revision: Revision, scan: Scan) -> list[Work]:
        table = self._called_now(revision, scan.table)
        if table is None:
            return []
        line = scan.statement.line
        built = (
            []
            if scan.is_rewrite
            else [self._build(key, line) for key in self._built.get(id(scan.statement), ())]
        )
        own = [each for each in built if each.table == table]
        if own:
            return own
        writes = first_word(scan.statement.sql) in ("UPDATE", "DELETE", "MERGE")
        kind: WorkKind = "rewrite" if scan.is_rewrite else "write" if writes else "scan"
        return [Work(kind=kind, table=table, line=line)]

    def _build(self, key: Key, line: int | None) -> Work:
        following = self._need()
        start = following.start.tables[key.table]
        known = [start.columns.get(number) for number in key.columns]
        return Work(
            kind="index",
            table=start.name,
            line=line,
            index=key.name,
            columns=tuple(column.name for column in known if column is not None),
        )

    def _called_now(self, revision: Revision, name: QualifiedName) -> QualifiedName | None:
        table = self._begun[revision.id].table(name)
        known = self._need().start.tables.get(table.oid) if table else None
        return known.name if known else None

    def _need(self) -> Following:
        assert self._following is not None  # noqa: S101 - a revision has begun
        return self._following

    def _written(self, connection: Connection, sent: Statement) -> set[int]:
        word = first_word(sent.sql)
        tables: list[Table] = [*self._need().now.tables.values()]
        named = {one.oid for one in tables if one.name.name in sent.sql}
        if sent.is_autocommit:
            # Its locks are gone: what it names it may have written to.
            return named if word in WRITES else set()
        # It locks as ALTER TABLE does.
        emptied = named if "TRUNCATE" in sent.sql.upper() else set()
        before = self._locked
        self._locked = {
            oid: (writes, reads) for oid, writes, reads in _rows(connection, statement("touched"))
        }
        return emptied | {
            oid
            for oid, (writes, reads) in self._locked.items()
            # What a migration reads it may change row by row, and here there is no row.
            if (writes and not before.get(oid, (False, False))[0])
            or (reads and word in READS and not before.get(oid, (False, False))[1])
        }


def first_word(text: str) -> str:
    """
    Return the first word of a statement in capitals; comments are none.
    """
    found = FIRST_WORD.match(text)
    return found[1].upper() if found else ""


def _rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(query)
        return [tuple(row) for row in cursor.fetchall()]
