"""
Hand out throwaway databases: built once as a template, cloned for each use.

A clone is ordered before it is needed: for each template one thread keeps a few ahead, so that a
test that takes longer than a clone waits for none. Drops are left to the same thread.

Source: https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import LiteralString, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy import Connection as SqlalchemyConnection

from schemaproof.postgres._pool import ClonePool
from schemaproof.postgres._undone import undone
from schemaproof.postgres.server import Connection, Server

# The first half of the key of the advisory locks that serialise the making of templates.
ADVISORY_LOCK_CLASS = 0x5C4E3A

MOST_BYTES = 63  # NAMEDATALEN - 1

Lent = TypeVar("Lent")

# An env.py may keep a pool of connections to what it has migrated.
END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
# Where the server itself waits for a session to be gone, it looks every 100 ms; most take two.
SESSIONS_GONE_WITHIN_S, LOOK_EVERY_S = 10.0, 0.002


@dataclass(frozen=True)
class Database:
    """
    One throwaway database.

    Attributes:
        server: Where it lies.
        name: Its name, unique on that server.
    """

    server: Server
    name: str

    @property
    def url(self) -> URL:
        """
        Its URL for SQLAlchemy, with the psycopg 3 driver.
        """
        return self.server.database_url(self.name)

    def connect(self, *, autocommit: bool = False) -> Connection:
        """
        Open a psycopg connection to it; the caller closes it.
        """
        return self.server.connect(self.name, autocommit=autocommit)


class Databases:
    """
    The databases of one run on one server.

    Several processes may share a run (pytest-xdist): a template that one has built serves all.
    """

    def __init__(self, server: Server, *, prefix: str) -> None:
        self.server = server
        self.prefix = prefix
        self._numbers = itertools.count(1)
        self._pools: dict[str, ClonePool] = {}
        self._held = contextlib.ExitStack()
        self._lock = threading.RLock()

    def template(
        self,
        label: str,
        build: Callable[[Database], object],
        *,
        source: Database | None = None,
        look: Callable[[Database], None] | None = None,
    ) -> Database:
        """
        Return the template ``label`` of this run, built by ``build`` unless it exists.

        ``build`` gets a copy of ``source`` (an empty database, if None), and may leave connections
        to it open: they are ended. What it raises is raised again, and no template is left.
        ``look`` gets what was built: to read it here costs no clone. It is not called if another
        process has built it.
        """
        template = Database(self.server, _template_name(self.prefix, label))
        with self._lock, self.server.connect() as admin:
            admin.execute(
                "SELECT pg_advisory_lock(%s, hashtext(%s))", [ADVISORY_LOCK_CLASS, template.name]
            )
            if self._is_finished(admin, template):
                return template
            self._drop(admin, template.name)
            self._create(admin, template.name, self._name(source))
            try:
                build(template)
                if look is not None:
                    # A transaction that is left open may hold locks that reading waits for.
                    _end_sessions(admin, template.name)
                    look(template)
            except BaseException:
                self._drop(admin, template.name)
                raise
            # Keeps sessions out that would block a clone; the mark says "finished".
            admin.execute(_alter(template.name, "ALLOW_CONNECTIONS false"))
            _end_sessions(admin, template.name)
            admin.execute(_alter(template.name, "IS_TEMPLATE true"))
        return template

    @contextlib.contextmanager
    def clone(self, template: Database | None = None) -> Iterator[Database]:
        """
        Lend a private copy of ``template`` (of an empty database, if None), dropped afterwards.
        """
        pool = self._pool(self._name(template))
        name = pool.take()
        try:
            yield Database(self.server, name)
        finally:
            pool.give_back(name)

    def copy(self, database: Database | None = None, *, is_unread: bool = False) -> Database:
        """
        Return a copy of a database that nobody is connected to; the caller drops it.

        Unlike a clone it may be of a database that goes on to change. None copies an empty one.
        ``is_unread`` asks for one of whose tables and indexes the server holds nothing in memory.
        """
        source = self.server.empty_template if database is None else database.name
        copied = Database(self.server, self._next_name())
        with self.server.connect() as admin:
            if database is not None:
                _end_sessions(admin, source)
            self._create(admin, copied.name, source, by_files=is_unread)
        return copied

    def owns(self, database: Database) -> bool:
        """
        Tell whether a database is one of this run's.
        """
        return database.server is self.server and database.name.startswith(f"{self.prefix}_")

    @contextlib.contextmanager
    def copied(self, template: Database, *, is_unread: bool = False) -> Iterator[Database]:
        """
        Lend what `clone` lends, made and dropped here and now; ``is_unread`` as for `copy`.

        On a server that is killed now and then, a clone that is made ahead may be half made.
        """
        lent = self.copy(template, is_unread=is_unread)
        try:
            yield lent
        except BaseException:
            # The server may be down, and then goes with all that is on it.
            with contextlib.suppress(psycopg.OperationalError):
                self.drop(lent)
            raise
        self.drop(lent)

    @contextlib.contextmanager
    def undone(self, template: Database) -> Iterator[SqlalchemyConnection]:
        """
        Lend a connection to a private copy of ``template``, in a transaction that is rolled back.

        Whoever commits nothing asks for this: the copy need not be a database of its own.
        """
        with self.clone(template) as database:
            engine = create_engine(database.url, poolclass=NullPool)
            try:
                with undone(engine) as connection:
                    yield connection
            finally:
                engine.dispose()

    def drop(self, database: Database) -> None:
        """
        Drop a copy, whoever is connected to it.
        """
        with self.server.connect() as admin:
            self._drop(admin, database.name)

    def hold(self, template: Database) -> Connection:
        """
        Return a connection to a copy of ``template``, which both last as long as the run.
        """
        clone = self.keep(self.clone(template))
        return self.keep(contextlib.closing(clone.connect()))

    def keep(self, lent: contextlib.AbstractContextManager[Lent]) -> Lent:
        """
        Return what is lent, for as long as the run lasts.
        """
        with contextlib.ExitStack() as opened:
            borrowed = opened.enter_context(lent)
            with self._lock:
                self._held.enter_context(opened.pop_all())
        return borrowed

    def close(self) -> None:
        """
        Stop the pools; databases that are left go with the server, or with its janitor.
        """
        with self._lock:
            self._held.close()
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def _pool(self, source: str) -> ClonePool:
        with self._lock:
            if source not in self._pools:
                self._pools[source] = ClonePool(
                    connect=self.server.connect,
                    create=lambda admin, name: self._create(admin, name, source),
                    drop=self._drop,
                    name=self._next_name,
                )
            return self._pools[source]

    def _name(self, source: Database | None) -> str:
        return self.server.empty_template if source is None else source.name

    def _next_name(self) -> str:
        return f"{self.prefix}_{os.getpid()}_{next(self._numbers)}"

    def _create(self, admin: Connection, name: str, source: str, *, by_files: bool = False) -> None:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(source)
        )
        # Copying files halves the time, but asks for a checkpoint: rude on a server with others.
        by_files = by_files or self.server.owns_machine_time
        if by_files and admin.info.server_version >= 150000:
            statement += sql.SQL(" STRATEGY FILE_COPY")
        admin.execute(statement)

    @staticmethod
    def _drop(admin: Connection, name: str) -> None:
        database = sql.Identifier(name)
        with contextlib.suppress(psycopg.errors.InvalidCatalogName):
            admin.execute(_alter(name, "IS_TEMPLATE false"))
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))

    @staticmethod
    def _is_finished(admin: Connection, template: Database) -> bool:
        row = admin.execute(
            "SELECT datistemplate FROM pg_database WHERE datname = %s", [template.name]
        ).fetchone()
        return row is not None and bool(row[0])


def _template_name(prefix: str, label: str) -> str:
    name = f"{prefix}_{label}"
    # PostgreSQL cuts longer names, and then two may be one.
    if len(name.encode()) <= MOST_BYTES:
        return name
    return f"{prefix}_{hashlib.sha256(label.encode()).hexdigest()[:32]}"


def _end_sessions(admin: Connection, name: str) -> None:
    end = time.monotonic() + SESSIONS_GONE_WITHIN_S
    while admin.execute(END_SESSIONS, [name]).fetchone() and time.monotonic() < end:
        time.sleep(LOOK_EVERY_S)


def _alter(name: str, what: LiteralString) -> sql.Composed:
    return sql.SQL("ALTER DATABASE {} ").format(sql.Identifier(name)) + sql.SQL(what)
