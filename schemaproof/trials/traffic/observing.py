"""
Take one step with a long transaction in its way, and see who waits for whom.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import LiteralString

from psycopg import IsolationLevel, sql
from sqlalchemy import Connection as SqlalchemyConnection

from schemaproof.catalog import Catalog, QualifiedName, difference, short_name, snapshot
from schemaproof.history import (
    History,
    MigrationFailed,
    Statement,
    Step,
    Walker,
    application_tables,
    timeouts,
)
from schemaproof.postgres import Connection, Database
from schemaproof.rows import Rows, read_content
from schemaproof.trials.steps import take_step
from schemaproof.trials.traffic.lock_wait import LockWait, Outcome
from schemaproof.trials.traffic.requests import Requests, Send
from schemaproof.trials.traffic.users import Crowd, lock_words

Content = tuple[Catalog, dict[QualifiedName, Rows]]

POLL_S = 0.05
# An env.py may try again when it is cancelled; it may not when its connection is gone.
CANCEL_S, TERMINATE_S = 3.0, 10.0
# What says "gave up" of a wait that was too short to be seen.
GAVE_UP = ("55P03", "LockNotAvailable", "lock timeout", "could not obtain lock")

READ: LiteralString = "SELECT 1 FROM {} LIMIT 1"
# What every write takes; this changes nothing.
LOCK_FOR_WRITING: LiteralString = "LOCK TABLE {} IN ROW EXCLUSIVE MODE"

WAITS = """
SELECT waiting.mode, space.nspname, class.relname
FROM pg_catalog.pg_locks AS waiting
LEFT JOIN pg_catalog.pg_class AS class ON class.oid = waiting.relation
LEFT JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
WHERE NOT waiting.granted AND %s = ANY(pg_catalog.pg_blocking_pids(waiting.pid))
    AND waiting.pid <> ALL(%s)
"""
WAITING = """
SELECT pg_catalog.{}(pid) FROM pg_catalog.pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> ALL(%s)
"""
CANCEL, TERMINATE = (
    WAITING.format(function) for function in ("pg_cancel_backend", "pg_terminate_backend")
)


class Observing:
    """
    One step on a database of its own, with a transaction in its way.
    """

    def __init__(self, step: Step, history: History, database: Database, catalog: Catalog) -> None:
        self.step, self.history = step, history
        self.database, self.catalog = database, catalog
        self.tables = application_tables(catalog)
        self.waited_for: str | None = None
        self.began = self.ended = 0.0
        # What the session allows, after the last statement that was done.
        self.timeouts_ms = 0, 0

    def observe(self, longest_s: float) -> tuple[LockWait, bool]:
        """
        Return what was seen, and whether the database has taken the step now.
        """
        before = self._content()
        crowd = Crowd(self.database, [_probes(self.tables)])
        with crowd, ThreadPoolExecutor(1, thread_name_prefix="schemaproof-deploy") as pool:
            with self._in_the_way() as blocker, self._observer() as observer:
                ours = [blocker, observer.info.backend_pid, *crowd.pids]
                running = pool.submit(self._run)
                is_cut_short = self._follow(running, observer, ours, longest_s)
            error = running.exception()
        if error is None:
            # An env.py may cope with being cancelled; it has waited all the same.
            return self._wait("waited" if is_cut_short else "finished", crowd), True
        if not isinstance(error, MigrationFailed):
            raise error
        outcome: Outcome = "waited" if is_cut_short else "gave up"
        if self.waited_for is None and not any(word in error.told for word in GAVE_UP):
            outcome = "failed"
        after = self._content()
        seen = replace(
            self._wait(outcome, crowd),
            error=error,
            changes=_changes(before, after),
            invalidated=_invalidated(before[0], after[0]),
        )
        try:
            take_step(self.history, self.database, self.step)
        except MigrationFailed as again:
            return replace(seen, again=again), False
        return seen, True

    def _run(self) -> None:
        def begin(walker: Walker) -> None:
            self.timeouts_ms = timeouts(walker.connection)
            walker.settle()

        def watch(connection: SqlalchemyConnection, statement: Statement) -> None:
            if statement.line is not None:
                self.timeouts_ms = timeouts(connection)

        take_step(self.history, self.database, self.step, begin=begin, watch=watch)

    def _wait(self, outcome: Outcome, crowd: Crowd) -> LockWait:
        longest = {
            user.kind: max(
                (end - start for start, end in user.timed if end > self.began and self.waited_for),
                default=0.0,
            )
            for user in crowd.users
        }
        return LockWait(
            outcome=outcome,
            tables=len(self.tables),
            waited_for=self.waited_for,
            waited_s=self.ended - self.began,
            reads_s=longest["reads"],
            writes_s=longest["writes"],
            lock_timeout_ms=self.timeouts_ms[0],
            statement_timeout_ms=self.timeouts_ms[1],
        )

    @contextlib.contextmanager
    def _in_the_way(self) -> Iterator[int]:
        with self.database.connect() as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            for table in self.tables:
                name = sql.Identifier(table.schema, table.name)
                connection.execute(sql.SQL(READ).format(name))
                connection.execute(sql.SQL(LOCK_FOR_WRITING).format(name))
            yield connection.info.backend_pid

    def _observer(self) -> Connection:
        return self.database.connect(autocommit=True)

    def _follow(
        self, running: Future[None], observer: Connection, ours: list[int], longest_s: float
    ) -> bool:
        while not wait([running], timeout=POLL_S).done:
            now = time.monotonic()
            for mode, schema, name in observer.execute(WAITS, [ours[0], ours]):
                self.began, self.ended = self.began or now, now
                table = None if name is None else QualifiedName(schema, name)
                self.waited_for = self.waited_for or _told(mode, table)
            # What comes after the wait may take its time.
            if self.ended - self.began > longest_s:
                self._end(running, observer, ours)
                return True
        return False

    def _end(self, running: Future[None], observer: Connection, ours: list[int]) -> None:
        for end, within_s in ((CANCEL, CANCEL_S), (TERMINATE, TERMINATE_S)):
            deadline = time.monotonic() + within_s
            while time.monotonic() < deadline:
                observer.execute(end, [ours])
                if wait([running], timeout=4 * POLL_S).done:
                    return

    def _content(self) -> Content:
        with self.database.connect(autocommit=True) as connection:
            catalog = snapshot(connection)
            tables = [table.qualified_name for table in catalog.tables if table.form != "foreign"]
            return catalog, {
                table: read_content(connection, table, catalog.types_of(table)) for table in tables
            }


def _changes(before: Content, after: Content) -> tuple[str, ...]:
    schema = tuple(one.as_change for one in difference(before[0], after[0]))
    rows = tuple(
        f"rows of {short_name(table)} changed"
        for table, held in before[1].items()
        if table in after[1] and sorted(map(str, held)) != sorted(map(str, after[1][table]))
    )
    return schema + rows


def _invalidated(before: Catalog, after: Catalog) -> tuple[str, ...]:
    valid = {QualifiedName(one.schema, one.name) for one in before.indexes if one.is_valid}
    invalid = {QualifiedName(one.schema, one.name) for one in after.indexes if not one.is_valid}
    return tuple(short_name(name) for name in sorted(valid & invalid))


def _probes(tables: tuple[QualifiedName, ...]) -> Requests:
    def sending(table: QualifiedName, text: LiteralString) -> Send:
        statement = sql.SQL(text).format(sql.Identifier(table.schema, table.name))

        def send(connection: Connection) -> None:
            with connection.transaction():
                connection.execute(statement)

        return send

    return Requests(
        table=QualifiedName("", "every table"),
        reads=tuple(sending(table, READ) for table in tables),
        writes=tuple(sending(table, LOCK_FOR_WRITING) for table in tables),
    )


def _told(mode: str, table: QualifiedName | None) -> str:
    # An index build beside writers waits for transactions, not for a lock on the table.
    return (
        "the transaction's end" if table is None else f"{lock_words(mode)} on {short_name(table)}"
    )
