"""
Run one revision and kill the server at one point of it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import event
from sqlalchemy.engine import Engine

from schemaproof.catalog import Catalog, snapshot
from schemaproof.history import History, MigrationFailed, Revision, Statement, Step, Walker
from schemaproof.postgres import Connection, Database, DurableServer

POLL_S = 0.002
LONGEST = 80  # characters of a statement

# What a library says of a connection that broke is no news here.
TALKATIVE = ("sqlalchemy.pool", "psycopg", "asyncio")

IS_WAITING = """
SELECT FROM pg_catalog.pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, kw_only=True)
class Point:
    """
    Where a revision is interrupted.

    Attributes:
        done: How many of its statements the server has done.
        of: How many there are.
        statement: The last of them, or the one that was under way.
        is_amid: Whether the next one was under way.
        is_seen: Whether it was seen to be, if so.
    """

    done: int
    of: int
    statement: Statement | None
    is_amid: bool = False
    is_seen: bool = True

    @property
    def is_after_all(self) -> bool:
        """
        Whether the upgrade had returned, so that its caller took it for done.
        """
        return self.done > self.of

    def __str__(self) -> str:
        if self.is_after_all:
            return "after the upgrade had returned"
        if self.statement is None:
            return "before the first statement"
        number = self.done + 1 if self.is_amid else self.done
        # SQLAlchemy doubles the per cent signs for the driver.
        text = " ".join(self.statement.sql.replace("%%", "%").split())
        text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        amid = "in the middle of" if self.is_seen else "around"
        when = amid if self.is_amid else "after"
        return f"{when} statement {number} of {self.of} ({text})"


def points(statements: tuple[Statement, ...]) -> Iterator[Point]:
    """
    Yield every point at which a revision is interrupted, in the order of time.
    """
    of = len(statements)
    for done in range(of + 2):
        last = statements[done - 1] if 1 <= done <= of else None
        yield Point(done=done, of=of, statement=last)
        following = statements[done] if done < of else None
        # All others are done in one transaction: wholly, or not at all.
        if following is not None and following.is_autocommit and is_in_phases(following):
            yield Point(done=done, of=of, statement=following, is_amid=True)


def is_in_phases(statement: Statement) -> bool:
    """
    Tell whether the server commits before the statement is done.
    """
    return "CONCURRENTLY" in statement.sql.upper()


class Kill:
    """
    One revision on one database of a server that is killed at one point.
    """

    def __init__(self, server: DurableServer, database: Database, point: Point) -> None:
        self._server, self._database, self._point = server, database, point
        self._done = 0
        self._has_arrived = False
        self._wait_seen = threading.Event()

    def run(self, history: History, revision: Revision) -> Point:
        """
        Run the revision, be killed, recover; return the point at which it was killed in truth.

        Raises:
            MigrationFailed: It failed before it was killed.
        """
        with ExitStack() as held:
            held.enter_context(_quiet())
            held.enter_context(_heard("before_cursor_execute", self._hold(held)))
            try:
                history.walk(self._database, self._itinerary(revision), self._watch)
            except _Killed:
                pass
            except MigrationFailed:
                if not self._server.is_down:
                    raise
            if not self._server.is_down:
                self._server.crash()
        self._server.recover()
        return self._reached()

    def _reached(self) -> Point:
        point = self._point
        if not point.is_amid:
            return point
        if self._done > point.done:
            return replace(point, done=self._done, is_amid=False)
        return replace(point, is_seen=self._wait_seen.is_set())

    def _itinerary(self, revision: Revision) -> Callable[[Walker], Iterator[Step]]:
        def itinerary(_walker: Walker) -> Iterator[Step]:
            self._has_arrived = True
            if self._point.done == 0 and not self._point.is_amid:
                self._kill()
            yield Step(revision=revision, is_upgrade=True)

        return itinerary

    def _watch(self, _connection: SqlalchemyConnection, _statement: Statement) -> None:
        self._done += 1
        # One that was to be interrupted and waited for nobody ends the same way.
        if self._done == self._point.done + self._point.is_amid:
            self._kill()

    def _kill(self) -> None:
        if not self._server.is_down:
            self._server.crash()
        raise _Killed

    def _hold(self, held: ExitStack) -> Callable[..., None]:
        thread = threading.get_ident()

        def hold(*_arguments: Any) -> None:
            is_next = self._has_arrived and self._done == self._point.done
            if self._point.is_amid and is_next and threading.get_ident() == thread:
                held.enter_context(_in_the_way(self._database))
                held.enter_context(_killing(self._server, self._database, self._wait_seen))

        return hold


@contextmanager
def _in_the_way(database: Database) -> Iterator[None]:
    """
    Hold a snapshot and a lock on every table, as somebody's long report does.

    It blocks nothing but what waits until every older transaction has ended.
    """
    reader = database.connect()
    with suppress(psycopg.Error):
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _read_all(reader, snapshot(reader))
    try:
        yield
    finally:
        with suppress(psycopg.Error):
            reader.close()


def _read_all(reader: Connection, catalog: Catalog) -> None:
    for table in catalog.tables:
        name = sql.Identifier(table.schema, table.name)
        with suppress(psycopg.errors.LockNotAvailable), reader.transaction():
            reader.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE NOWAIT").format(name))


@contextmanager
def _killing(
    server: DurableServer, database: Database, wait_seen: threading.Event
) -> Iterator[None]:
    """
    Kill the server as soon as somebody waits, or if nobody can look whether somebody does.
    """
    is_over = threading.Event()

    def kill() -> None:
        try:
            with database.connect(autocommit=True) as watcher:
                while not is_over.is_set() and not server.is_down:
                    if watcher.execute(IS_WAITING).fetchone() is not None:
                        wait_seen.set()
                        server.crash()
                        return
                    time.sleep(POLL_S)
        except psycopg.OperationalError:
            # Else the statement would wait for our own reader for ever.
            server.crash()

    killer = threading.Thread(target=kill, name="schemaproof-killer", daemon=True)
    killer.start()
    try:
        yield
    finally:
        is_over.set()
        killer.join()


@contextmanager
def _heard(name: str, listener: Callable[..., None]) -> Iterator[None]:
    event.listen(Engine, name, listener)
    try:
        yield
    finally:
        event.remove(Engine, name, listener)


@contextmanager
def _quiet() -> Iterator[None]:
    with ExitStack() as held:
        for logger in map(logging.getLogger, TALKATIVE):
            held.callback(setattr, logger, "propagate", logger.propagate)
            logger.propagate = False
            silence = logging.NullHandler()
            logger.addHandler(silence)
            held.callback(logger.removeHandler, silence)
        yield


class _Killed(BaseException):
    """
    The server is gone; nothing that env.py might catch and carry on after.
    """
