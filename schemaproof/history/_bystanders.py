"""
See the locks of a statement that is a transaction of its own, and has given them back when it ends.

Before such a statement a transaction locks every table as VACUUM does, which hinders no reader and
no writer. Who asks for any lock that may hinder them has to wait, and who waits is seen, with the
table and the mode. Then another transaction locks all other tables as writers do, and the first
ends: the statement goes on, and its next lock that blocks writers is seen too.

Sources: https://www.postgresql.org/docs/current/explicit-locking.html,
https://www.postgresql.org/docs/current/view-pg-locks.html
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from schemaproof.history.locks import MODE_OF, is_noted, rank
from schemaproof.postgres import Connection, Database

POLL_S = 0.001
# Who holds a lock for longer is a second connection of the revision, which waits for us.
PATIENCE = "SET lock_timeout = '2s'"
LOCK = "LOCK TABLE {tables} IN {mode} MODE"
AS_VACUUM, AS_WRITERS = sql.SQL("SHARE UPDATE EXCLUSIVE"), sql.SQL("ROW EXCLUSIVE")
LOCKS = (
    "SELECT locktype = 'relation', relation, mode, granted FROM pg_catalog.pg_locks"
    " WHERE pid = %s AND locktype IN ('relation', 'virtualxid')"
)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """
    A table, view or materialized view as the catalogue knows it.

    Attributes:
        schema: Its schema.
        name: Its name.
        kind: ``pg_class.relkind``.
        file: The number of its file; None if it has none.
    """

    schema: str
    name: str
    kind: str
    file: int | None


class Bystanders:
    """
    Transactions of one database that are in the way of one statement.
    """

    def __init__(self, database: Database) -> None:
        self._stack = contextlib.ExitStack()
        self._poll, self._first, self._next = (
            self._stack.enter_context(database.connect(autocommit=is_poll))
            for is_poll in (True, False, False)
        )
        for standing in (self._first, self._next):
            standing.execute(PATIENCE)
            standing.commit()
        self._relations: Mapping[int, Relation] = {}
        self._seen: dict[int, str] = {}
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def stand(self, relations: Mapping[int, Relation], pid: int) -> bool:
        """
        Stand in the way of the backend until `leave`; return False if there is no place to stand.
        """
        self.leave()
        self._relations, self._seen = relations, {}
        self._ended.clear()
        try:
            self._lock(self._first, {*relations}, AS_VACUUM)
        except psycopg.errors.LockNotAvailable:
            self._first.rollback()
            return False
        self._thread = threading.Thread(target=self._look, args=(pid,), daemon=True)
        self._thread.start()
        return True

    def leave(self) -> dict[int, str]:
        """
        Go away, and return the strongest lock that each relation was seen to be asked for.
        """
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._thread = None
        seen, self._seen = self._seen, {}
        return seen

    def close(self) -> None:
        """
        Go away for good.
        """
        self.leave()
        self._stack.close()

    def _look(self, pid: int) -> None:
        try:
            while not self._ended.wait(POLL_S) and self._let_pass(pid):
                pass
        finally:
            self._first.rollback()
            self._next.rollback()

    def _let_pass(self, pid: int) -> bool:
        held, wanted, is_waiting = set(), None, False
        for is_relation, oid, word, is_granted in self._poll.execute(LOCKS, [pid]):
            is_waiting |= not is_granted
            if is_relation and oid in self._relations and is_noted(mode := MODE_OF[word]):
                held.add(oid)
                self._seen[oid] = max(mode, self._seen.get(oid, mode), key=rank)
                wanted = wanted if is_granted else oid
        if is_waiting and wanted is None:
            # A CONCURRENTLY that waits for others to end has shown its locks.
            return False
        if is_waiting:
            try:
                self._lock(self._next, {*self._relations} - held, AS_WRITERS)
            except psycopg.errors.LockNotAvailable:
                return False
            self._first.rollback()
            self._first, self._next = self._next, self._first
        return True

    def _lock(self, connection: Connection, oids: set[int], mode: sql.SQL) -> None:
        names = [(sql.Identifier(one.schema, one.name), one.kind) for one in self._ordered(oids)]
        if tables := [sql.SQL("ONLY {}").format(name) for name, kind in names if kind in "rp"]:
            connection.execute(sql.SQL(LOCK).format(tables=sql.SQL(", ").join(tables), mode=mode))
        for name, kind in names:
            if kind not in "rp":
                connection.execute(sql.SQL("SELECT FROM {} LIMIT 0").format(name))

    def _ordered(self, oids: set[int]) -> list[Relation]:
        return [self._relations[oid] for oid in sorted(oids)]
