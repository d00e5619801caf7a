"""
Lead every connection that a project's ``env.py`` opens to the throwaway database.

An ``env.py`` that reads its URL from a settings object, a Flask application or a module that was
imported long ago cannot be told another one from outside. But it connects through SQLAlchemy, which
asks its listeners where to, before anything is sent: there the place is changed. What is not asked
there (a creator, a bare driver) is refused.

Source: https://docs.sqlalchemy.org/en/20/core/events.html#sqlalchemy.events.DialectEvents.do_connect
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import AdaptedConnection, Dialect, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import Database

# What the drivers call the place, and the ways of proving who one is there.
PLACE = frozenset(
    {
        "channel_binding", "database", "dbname", "direct_tls", "dsn", "gssencmode", "host",
        "hostaddr", "krbsrvname", "passfile", "password", "port", "require_auth", "requirepeer",
        "service", "target_session_attrs", "unix_sock", "user",
    }
)  # fmt: skip
# In `ConnectionPoolEntry.info`, which lasts as long as the driver's connection.
LED = "schemaproof.led_to"


class WrongDatabase(SchemaproofError):
    """The project's env.py connects somewhere else than it was told."""

    def __init__(self, wanted: str, found: str, advice: str) -> None:
        super().__init__(
            f"env.py must migrate the throwaway database {wanted!r} but {found}: {advice}"
        )


class Lead:
    """
    The connections of one run of ``env.py``.

    Attributes:
        has_connected: Whether one of them has arrived.
    """

    def __init__(self, database: Database) -> None:
        self.has_connected = False
        self._database = database
        self._thread = threading.get_ident()
        self._asked_for: set[tuple[str, ...]] = set()
        self._led: list[ConnectionPoolEntry] = []

    @contextlib.contextmanager
    def lead(self) -> Iterator[None]:
        """
        Lead, until the context ends.

        Raises:
            WrongDatabase: A connection goes elsewhere by a way that is not asked, or none is made.
        """
        listeners = (
            (Engine, "do_connect", self._redirect),
            (Pool, "connect", self._confirm),
            (Pool, "checkout", self._renew),
        )
        for target, name, listener in listeners:
            event.listen(target, name, listener)
        try:
            yield
        finally:
            for target, name, listener in listeners:
                event.remove(target, name, listener)
            for each in self._led:
                # The project's own pools must not keep what leads to a database that is dropped.
                if each.dbapi_connection is not None:
                    # Without its event loop, an asynchronous one can only be marked.
                    is_async = isinstance(each.dbapi_connection, AdaptedConnection)
                    each.invalidate(soft=is_async or each.in_use)
        if not self.has_connected:
            raise WrongDatabase(
                self._database.name,
                "opens no connection by SQLAlchemy in the thread that runs it",
                "let it connect with a SQLAlchemy engine there",
            )

    def _redirect(
        self, dialect: Dialect, _entry: object, _arguments: object, parameters: dict[str, Any]
    ) -> Any:
        if not self._is_ours():
            return None
        if dialect.name != "postgresql":
            raise WrongDatabase(
                self._database.name,
                f"connects to {dialect.name}",
                "name the environment variable that it reads in url_env, or read sqlalchemy.url",
            )
        self._note(parameters)
        # Not changed in place: SQLAlchemy has not always made a copy, and the engine is the
        # project's.
        arguments, ours = dialect.create_connect_args(self._database.url)
        kept = {
            key: value
            for key, value in parameters.items()
            if key not in PLACE and not key.startswith("ssl")
        }
        return dialect.connect(*arguments, **{**kept, **ours})

    def _note(self, parameters: dict[str, Any]) -> None:
        name = parameters.get("dbname") or parameters.get("database")
        if name == self._database.name:
            return
        place = (str(parameters.get("host")), str(parameters.get("port")), str(name))
        self._asked_for.add(place)
        if len(self._asked_for) > 1:
            names = " and ".join(sorted(repr(name) for *_, name in self._asked_for))
            raise WrongDatabase(
                self._database.name,
                f"connects to {names}, two databases",
                "configure one project for each of them",
            )

    def _confirm(self, connection: Any, entry: ConnectionPoolEntry) -> None:
        if not self._is_ours():
            return
        # A creator connects without asking anybody.
        cursor = connection.cursor()
        cursor.execute("SELECT current_database()")
        (found,) = cursor.fetchone()
        cursor.close()
        connection.rollback()
        if found != self._database.name:
            raise WrongDatabase(
                self._database.name,
                f"connects to {found!r} by a creator of its own",
                "let it make its engine from a URL",
            )
        self.has_connected = True
        self._led.append(entry)
        entry.info[LED] = found

    def _renew(self, _connection: object, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if self._is_ours() and entry.info.get(LED) != self._database.name:
            # A pool that the project keeps: what it opened before leads elsewhere.
            raise DisconnectionError("opened before this run of env.py")

    def _is_ours(self) -> bool:
        return threading.get_ident() == self._thread
