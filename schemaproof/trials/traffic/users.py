"""
Let readers and writers work on tables, and time each of their requests.

One thread reads and one writes for each table, a request every few milliseconds, with no timeout,
so that a wait shows in full. A witness asks the server all the time which of them wait for a lock
of somebody else: only that tells a stall from a machine that is busy.

Source: https://www.postgresql.org/docs/current/functions-info.html (pg_blocking_pids)
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import psycopg

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.postgres import Connection, Database
from schemaproof.trials.traffic.requests import Requests, Send

Kind = Literal["reads", "writes"]

PAUSE_S = 0.01
WITNESS_S = 0.02
# Long enough for every user to have been there a few times.
IDLE_S = 0.5

# Which users wait for whom that is no user, and for what; the asker is none of them.
WAITING = """
SELECT waiting.pid, waiting.locktype, space.nspname, class.relname,
    array_remove(array_agg(DISTINCT held.mode), NULL)
FROM pg_catalog.pg_locks AS waiting
CROSS JOIN LATERAL unnest(pg_catalog.pg_blocking_pids(waiting.pid)) AS blocker
LEFT JOIN pg_catalog.pg_class AS class ON class.oid = waiting.relation
LEFT JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
LEFT JOIN pg_catalog.pg_locks AS held
    ON held.pid = blocker AND held.locktype = waiting.locktype
    AND held.relation = waiting.relation AND held.database = waiting.database
WHERE NOT waiting.granted AND waiting.pid = ANY(%s) AND blocker <> ALL(%s)
GROUP BY waiting.pid, waiting.locktype, space.nspname, class.relname
"""
# The modes of table locks, the strongest last.
STRENGTH = (
    *("AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock"),
    *("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"),
)

# A wait that ended badly: deadlock, lock timeout, serialisation, cancelled, connection ended.
CONTENTION = frozenset({"40P01", "55P03", "40001", "57014", "57P01"})
# The plan of a prepared statement that returns other types than it did, and its words.
STALE_PLAN = "0A000"
STALE_WORDS = "cached plan must not change result type"


@dataclass
class User:
    """
    One who sends requests to one table, one after the other.

    Attributes:
        table: The table.
        kind: Whether they read or write.
        requests: What they send, in turn.
        timed: When each request began and ended, on the monotonic clock.
        failed: For each SQLSTATE of a wait that ended badly how many requests; a stale plan counts
            as ``0A000``.
        outdated: How many requests the schema no longer understands or takes.
        refused: Why a kind of request was not sent, in the words of the server.
        waited_for: What the witness saw them wait for.
    """

    table: QualifiedName
    kind: Kind
    requests: Sequence[Send]
    timed: list[tuple[float, float]] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    outdated: int = 0
    refused: list[str] = field(default_factory=list)
    waited_for: Counter[str] = field(default_factory=Counter)

    def rehearse(self, connection: Connection) -> None:
        """
        Send each request once, and from now on only those that are taken.
        """
        taken = []
        for send in self.requests:
            try:
                send(connection)
            except psycopg.Error as error:
                self.refused.append(" ".join(str(error).split()))
            else:
                taken.append(send)
        self.requests = taken

    def work(self, connection: Connection, end: threading.Event) -> None:
        """
        Send requests until the end.
        """
        for send in itertools.cycle(self.requests):
            if end.wait(PAUSE_S):
                return
            began = time.monotonic()
            try:
                send(connection)
            except psycopg.Error as error:
                self._note(error)
                if connection.closed:
                    return
            self.timed.append((began, time.monotonic()))

    def _note(self, error: psycopg.Error) -> None:
        if STALE_WORDS in str(error):
            self.failed[STALE_PLAN] += 1
        elif error.sqlstate is None or error.sqlstate in CONTENTION:
            self.failed[error.sqlstate or "connection lost"] += 1
        else:
            self.outdated += 1


class Crowd:
    """
    The users of several tables of one database, at work while the context is open.

    Attributes:
        users: The users.
        unwitnessed: Why nobody saw who waited, from some moment on; None if it was seen to the end.
    """

    def __init__(self, database: Database, requests: Iterable[Requests]) -> None:
        self.users: list[User] = []
        for each in requests:
            self.users.append(User(table=each.table, kind="reads", requests=each.reads))
            self.users.append(User(table=each.table, kind="writes", requests=each.writes))
        self.unwitnessed: str | None = None
        self._database = database
        self._end = threading.Event()
        self._threads: list[threading.Thread] = []
        self._connections: list[Connection] = []

    @property
    def pids(self) -> list[int]:
        """
        The server's processes that serve the users.
        """
        return [connection.info.backend_pid for connection in self._connections]

    def __enter__(self) -> Crowd:
        try:
            for user in self.users:
                connection = self._connect()
                user.rehearse(connection)
                self._start(user.work, connection)
            self._start(self._watch, self._connect())
            time.sleep(IDLE_S)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()
        for connection in self._connections:
            connection.close()

    def _connect(self) -> Connection:
        self._connections.append(self._database.connect(autocommit=True))
        return self._connections[-1]

    def _start(self, work: Callable[[Connection, threading.Event], None], on: Connection) -> None:
        thread = threading.Thread(
            target=work, args=(on, self._end), name="schemaproof-user", daemon=True
        )
        thread.start()
        self._threads.append(thread)

    def _watch(self, connection: Connection, end: threading.Event) -> None:
        by_pid = {
            each.info.backend_pid: user
            for each, user in zip(self._connections, self.users, strict=False)
        }
        pids = [*by_pid]
        try:
            while not end.wait(WITNESS_S):
                for pid, kind, *named, modes in connection.execute(WAITING, [pids, pids]):
                    relation = QualifiedName(*named) if all(named) else None
                    by_pid[pid].waited_for[_told(kind, relation, modes)] += 1
        except psycopg.Error as error:
            # A revision may end all sessions but its own.
            self.unwitnessed = " ".join(str(error).split())


def _told(kind: str, relation: QualifiedName | None, modes: Sequence[str]) -> str:
    if relation is None:
        return "rows that it has changed"
    if kind != "relation":
        return f"rows of {short_name(relation)} that it has changed"
    # Others, as SIReadLock, keep nobody waiting.
    known = (mode for mode in modes if mode in STRENGTH)
    strongest = max(known, key=STRENGTH.index, default=None)
    return f"{lock_words(strongest)} on {short_name(relation)}"


def lock_words(mode: str | None) -> str:
    """
    Return a lock's mode as the manual writes it: ``ACCESS EXCLUSIVE`` for ``AccessExclusiveLock``.
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", (mode or "").removesuffix("Lock"))
    return words.upper() or "a lock"
