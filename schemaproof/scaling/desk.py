"""
Ask for plans in one database that is posed at one size.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Executable, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from schemaproof.configuration import BadConfiguration
from schemaproof.plans import (
    Explanation,
    explained,
    explained_generic,
    explained_repeated,
    pin,
    refuse_several,
)
from schemaproof.postgres import Database

# The planner passes over an index that is not valid, whatever stands behind it.
HIDE = text(
    "UPDATE pg_index SET indisvalid = false"
    " FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace"
    " WHERE c.oid = indexrelid"
    " AND ARRAY[relname::text, quote_ident(nspname) || '.' || quote_ident(relname)] && :names"
)


class Desk:
    """
    Explains statements, one at a time, whoever asks.

    Args:
        database: A database that is the desk's alone.
        settings: What the planner goes by that is not PostgreSQL's default.
    """

    def __init__(self, database: Database, settings: Mapping[str, str]) -> None:
        self._engine = create_engine(
            database.url, poolclass=NullPool, connect_args={"prepare_threshold": None}
        )
        self._connection = self._engine.connect()
        self._settings = settings
        self._lock = threading.Lock()

    def explained(
        self,
        statement: Executable | str,
        parameters: Mapping[str, Any] | None = None,
        *,
        is_generic: bool = False,
        without: tuple[str, ...] = (),
        settings: Mapping[str, str] | None = None,
    ) -> Explanation:
        """
        Return what the server says of a statement.

        Args:
            statement: SQL text with ``:names``, or a SQLAlchemy statement.
            parameters: Their values.
            is_generic: Whether it is planned for any values instead.
            without: Indexes that are not to be thought of; a name without a schema is of any.
            settings: Further settings, for this once.

        Raises:
            sqlalchemy.exc.DBAPIError: The server does not accept the statement.
            BadConfiguration: It does not accept the settings.
        """
        with self._turn(without, settings or {}) as connection:
            if is_generic:
                return explained_generic(connection, statement, parameters)
            return explained(connection, statement, parameters)

    def refuse_several(self, statement: Executable | str) -> None:
        """
        See that somebody's statement is one, before anything else is asked.

        Raises:
            NoPlan: There are several.
        """
        with self._lock:
            refuse_several(self._connection, statement)

    def repeated(
        self, statement: Executable | str, parameters: Mapping[str, Any] | None = None
    ) -> Explanation:
        """
        Return what the server says of a statement that was prepared and has run five times.

        Raises:
            sqlalchemy.exc.DBAPIError: The server does not accept the statement.
        """
        with self._turn((), {}) as connection:
            return explained_repeated(connection, statement, parameters)

    def close(self) -> None:
        """
        Leave the database.
        """
        self._connection.close()
        self._engine.dispose()

    @contextmanager
    def _turn(self, without: tuple[str, ...], settings: Mapping[str, str]) -> Iterator[Connection]:
        with self._lock, self._pinned() as connection:
            if not without and not settings:
                yield connection
                return
            savepoint = connection.begin_nested()
            try:
                if settings:
                    pin(connection, {**self._settings, **settings})
                if without:
                    connection.execute(HIDE, {"names": [*without]})
                yield connection
            finally:
                savepoint.rollback()

    @contextmanager
    def _pinned(self) -> Iterator[Connection]:
        # One transaction lasts until a statement is refused: most of the time would go into others.
        if not self._connection.in_transaction():
            self._begin()
        try:
            yield self._connection
        except BaseException:
            self._connection.rollback()
            raise

    def _begin(self) -> None:
        self._connection.begin()
        try:
            pin(self._connection, self._settings)
        except DBAPIError as error:
            self._connection.rollback()
            told = " ".join(str(error.orig).split())
            raise BadConfiguration(
                f"the settings of the queries must be the planner's; the server says: {told}"
            ) from error
