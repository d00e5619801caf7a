"""
Watch the locks of one step after another, at the price of a few short queries for each statement.

A second connection reads the locks when a statement has been done. Where the statement was a
transaction of its own, they are gone by then, and those who stood in its way tell.

Source: https://www.postgresql.org/docs/current/view-pg-locks.html
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import event
from sqlalchemy.engine import Engine

from schemaproof.catalog import Catalog
from schemaproof.history._bystanders import Bystanders, Relation
from schemaproof.history._counting import backend_pid, counts, is_autocommit
from schemaproof.history._held import ALONE, WatchedStep
from schemaproof.history._scans import scans_of
from schemaproof.history._texts import DML, QUIET, first_word
from schemaproof.history.bookkeeping import version_tables
from schemaproof.history.locks import MODE_OF, Lock, is_noted, rank
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
IS_COUNTED = "SELECT current_setting('track_counts')::bool"
STILL_THERE = "SELECT oid FROM pg_catalog.pg_class WHERE oid = ANY(%s)"
NAMES = """
SELECT c.oid, n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY(%s)
"""
# Before 15 what others are told is at most half a second old.
OLD_STATISTICS_S, TOLD_AT_ONCE = 0.6, 150000


class LockWatch:
    """
    The locks of the steps that are taken on one database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bystanders: Bystanders | None = None
        self._step: WatchedStep | None = None
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
        ((is_counted,),) = self._reader.execute(IS_COUNTED).fetchall()
        if not is_counted:
            return
        own = version_tables(before)
        self._step = WatchedStep(
            path,
            {
                oid: Relation(schema=schema, name=name, kind=kind, file=file)
                for oid, schema, name, kind, file in self._reader.execute(RELATIONS)
                if (schema, name) not in own
            },
        )

    def end(self) -> tuple[Lock, ...] | None:
        """
        Return the locks since `begin`; None if nobody watched.
        """
        step, self._step = self._step, None
        if self._bystanders is not None:
            self._bystanders.leave()
        if step is None:
            return None
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
            # An earlier statement may have dropped tables, or given them other names.
            there = self._reader.execute(NAMES, [[*step.relations]]).fetchall()
            now = {
                oid: replace(step.relations[oid], schema=schema, name=name)
                for oid, schema, name in there
            }
            if not self._bystanders.stand(now, pid):
                self._step = None  # nobody can tell, and that is said
                return
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
            scans, files = scans_of(statement, step, connection, before)
            step.worked(scans, files)

    def _let_be_told(self) -> None:
        if self._reader.info.server_version < TOLD_AT_ONCE:
            time.sleep(OLD_STATISTICS_S)

    def _noted(
        self, step: WatchedStep, connection: SqlalchemyConnection
    ) -> tuple[dict[int, str], str]:
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
