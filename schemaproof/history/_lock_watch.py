"""
Watch the locks of one step after another, at the price of a few short queries for each statement.

A second connection reads the locks when a statement has been done. Where the statement was a
transaction of its own, they are gone by then, and those who stood in its way tell.

Source: https://www.postgresql.org/docs/current/view-pg-locks.html
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import event
from sqlalchemy.engine import Engine

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.history._bystanders import Bystanders, Relation
from schemaproof.history._counting import (
    NOTHING,
    Counts,
    backend_pid,
    counts,
    is_autocommit,
    referred_to_by_new,
)
from schemaproof.history._texts import DML, QUIET, first_word, is_order_told, tables_read
from schemaproof.history.bookkeeping import version_tables
from schemaproof.history.locks import MODE_OF, Lock, Scan, blocked_by, is_noted, rank
from schemaproof.history.revision import Statement
from schemaproof.history.walk import line_of
from schemaproof.postgres import Connection, Database

RELATIONS = """
SELECT c.oid, n.nspname, c.relname, c.relkind, pg_catalog.pg_relation_filenode(c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relispopulated
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
"""
LOCKS = (
    "SELECT relation, mode, virtualtransaction FROM pg_catalog.pg_locks"
    " WHERE pid = %s AND locktype = 'relation' AND granted AND relation >= 16384"
)
STILL_THERE = "SELECT oid FROM pg_catalog.pg_class WHERE oid = ANY(%s)"
ALONE = ""  # the transaction of a statement that ended it
# Before 15 what others are told is at most half a second old.
OLD_STATISTICS_S, TOLD_AT_ONCE = 0.6, 150000


@dataclass(kw_only=True)
class _Open:
    """A lock that is held."""

    oid: int
    mode: str
    transaction: str
    statement: Statement
    later: list[Statement] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    is_file_replaced: bool = False


class _Step:
    """What was there before a step, and what was seen of it."""

    def __init__(self, path: Path, relations: dict[int, Relation]) -> None:
        self.path, self.relations = path, relations
        self.files = {oid: relation.file for oid, relation in relations.items()}
        self.before: Counts | None = None
        self.found: list[_Open] = []
        self.held: list[_Open] = []

    def name(self, oid: int) -> QualifiedName:
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
        for oid, mode in now.items():
            if oid not in known or rank(mode) > rank(known[oid]):
                taken = _Open(oid=oid, mode=mode, transaction=transaction, statement=statement)
                self.held.append(taken)
                self.found.append(taken)

    def worked(self, scans: list[Scan], files: Mapping[int, int | None]) -> None:
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


class LockWatch:
    """
    The locks of the steps that are taken on one database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bystanders: Bystanders | None = None
        self._step: _Step | None = None
        self._thread = threading.get_ident()
        self._reader: Connection

    @contextmanager
    def listening(self) -> Iterator[None]:
        """
        Hear of statements before they are sent, until the context ends.
        """
        event.listen(Engine, "before_cursor_execute", self._hear)
        try:
            with self._database.connect(autocommit=True) as self._reader:
                yield
        finally:
            event.remove(Engine, "before_cursor_execute", self._hear)
            if self._bystanders is not None:
                self._bystanders.close()

    def begin(self, path: Path, before: Catalog) -> None:
        """
        A revision's file is run next, on what the catalogue says.
        """
        own = version_tables(before)
        self._step = _Step(
            path,
            {
                oid: Relation(schema=schema, name=name, kind=kind, file=file)
                for oid, schema, name, kind, file in self._reader.execute(RELATIONS)
                if (schema, name) not in own
            },
        )

    def end(self) -> tuple[Lock, ...]:
        """
        Return the locks since `begin`.
        """
        step, self._step = self._step, None
        if self._bystanders is not None:
            self._bystanders.leave()
        if step is None or not step.found:
            return ()
        oids = [one.oid for one in step.found]
        return step.locks({oid for (oid,) in self._reader.execute(STILL_THERE, [oids])})

    def _hear(self, connection: SqlalchemyConnection, _cursor: Any, sql: str, *_given: Any) -> None:
        step = self._step
        if step is None or threading.get_ident() != self._thread or first_word(sql) in QUIET:
            return
        pid = backend_pid(connection)
        if not step.relations or line_of(step.path) is None:
            return
        if is_autocommit(connection):
            if first_word(sql) not in DML:
                self._let_be_told()
            if self._bystanders is None:
                self._bystanders = Bystanders(self._database)
            self._bystanders.stand(step.relations, pid)
        step.before = counts(connection, step.relations)

    def note(self, connection: SqlalchemyConnection, statement: Statement) -> None:
        """
        A statement has been done.
        """
        step = self._step
        if step is None or not step.relations or statement.line is None:
            return
        before, step.before = step.before, None
        noted, transaction = self._noted(step, connection)
        step.locked(noted, transaction, statement)
        if noted and before is not None:
            step.worked(*self._work(step, connection, statement, before))

    def _let_be_told(self) -> None:
        if self._reader.info.server_version < TOLD_AT_ONCE:
            time.sleep(OLD_STATISTICS_S)

    def _noted(self, step: _Step, connection: SqlalchemyConnection) -> tuple[dict[int, str], str]:
        if is_autocommit(connection):
            seen = self._bystanders.leave() if self._bystanders is not None else {}
            if seen:
                self._let_be_told()
            return seen, ALONE
        noted: dict[int, str] = {}
        rows = self._reader.execute(LOCKS, [backend_pid(connection)]).fetchall()
        for oid, word, _ in rows:
            if oid in step.relations and is_noted(mode := MODE_OF[word]):
                noted[oid] = max(mode, noted.get(oid, mode), key=rank)
        return noted, rows[0][2] if rows else ALONE

    def _work(
        self, step: _Step, connection: SqlalchemyConnection, statement: Statement, before: Counts
    ) -> tuple[list[Scan], dict[int, int | None]]:
        locked = {one.oid for one in step.held}
        after = counts(connection, step.relations, locked=locked)
        files = {oid: after[oid].file for oid in locked}
        scanned = {
            oid: now.rows - before.get(oid, NOTHING).rows
            for oid, now in after.items()
            if now.scans > before.get(oid, NOTHING).scans
        }
        replaced = {oid for oid in locked if files[oid] != step.files[oid]}
        # TRUNCATE builds the indexes of what is empty by then.
        is_emptied = "TRUNCATE" in statement.sql.upper()
        rewritten = {oid for oid in replaced & {*scanned} if scanned[oid] or not is_emptied}
        read = self._read(step, connection, statement, {*scanned} - replaced)
        scans = [
            Scan(table=step.name(oid), statement=statement, is_rewrite=oid in rewritten)
            for oid in sorted(rewritten | read)
        ]
        return scans, files

    @staticmethod
    def _read(
        step: _Step, connection: SqlalchemyConnection, statement: Statement, scanned: set[int]
    ) -> set[int]:
        if first_word(statement.sql) in DML:
            if is_autocommit(connection) or not any(blocked_by(one.mode) for one in step.held):
                return set()
            named = tables_read(connection, statement)
            return {oid for oid in step.relations if step.name(oid) in named}
        if not scanned or not is_order_told(statement.sql):
            return set()
        modes = {one.mode for one in step.held if one.oid in scanned}
        if modes == {"SHARE ROW EXCLUSIVE"}:
            return scanned - referred_to_by_new(connection, scanned, step.relations)
        return scanned
