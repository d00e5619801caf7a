"""
Open a session that cannot write, and see that it cannot.

Every transaction of it is READ ONLY and has limits of its own, said when it begins: what stands
between the two, such as a pooler that lends a connection for one transaction at a time, may drop
what a session was started with. For the same reason nothing is prepared.

Sources: https://www.postgresql.org/docs/current/sql-set-transaction.html,
https://www.pgbouncer.org/features.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import resources
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import class_row
from sqlalchemy import URL

from schemaproof.errors import SchemaproofError, first_line
from schemaproof.postgres import connect, connect_as, read_url, shown
from schemaproof.staging.limits import Bounds, Clock

NEEDS = "a database to look at is named by a URL like postgresql://user@host:5432/shop"
ATTEMPT = "CREATE TABLE schemaproof_write_attempt ()"
NAME = "schemaproof"
# No SELECT: what a transaction may see is still to be chosen after them.
LIMITED = (
    "SET LOCAL lock_timeout = '{}ms'; SET LOCAL statement_timeout = '{}ms';"
    " SET LOCAL idle_in_transaction_session_timeout = '60s'"
)
CANCEL_WITHIN_S = 5.0


class NotReadOnly(SchemaproofError):
    """A session that was opened to read alone could write."""


class ServerLost(SchemaproofError):
    """The connection broke while it was used."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """
    As whom a session looks at a database, and what it could do there were it not read-only.

    Attributes:
        role: The role.
        database: The database.
        version: The server's, as PostgreSQL numbers it.
        is_standby: Whether the server follows another one.
        is_superuser: Whether the role is a superuser.
        may_create: Whether it may make tables somewhere.
        writable: How many tables it may write to.
        tables: How many tables there are.
    """

    role: str
    database: str
    version: int
    is_standby: bool
    is_superuser: bool
    may_create: bool
    writable: int
    tables: int


class Session(psycopg.Connection[Any]):
    """
    A connection whose transactions only read, each within limits.

    Attributes:
        url: Where it leads.
        clock: What is left of the time.
    """

    url: URL
    clock: Clock

    def another(self) -> psycopg.Connection[Any]:
        """
        Return a second connection, whose transactions only read and begin by themselves.

        Raises:
            ServerUnreachable: The server has no room for it.
        """
        connection = connect(self.url, application_name=NAME)
        connection.autocommit, connection.read_only = False, True
        connection.prepare_threshold = None
        return connection

    def limit(self, send: Callable[[str], object]) -> None:
        """
        Bound what the transaction that was begun may do.

        Raises:
            DeadlineOver: There is no time left.
        """
        send(LIMITED.format(self.clock.bounds.lock_timeout_ms, self.clock.statement_ms))

    def execute(self, query: Any, *arguments: Any, **options: Any) -> psycopg.Cursor[Any]:
        """
        Run a statement, in a transaction of its own if none was begun.
        """
        if self.info.transaction_status != TransactionStatus.IDLE:
            return super().execute(query, *arguments, **options)
        with self.transaction():
            return super().execute(query, *arguments, **options)

    def cancel_now(self) -> None:
        """
        End the statement that runs on the server, if one does; a closed socket alone would not.
        """
        if self.info.transaction_status == TransactionStatus.ACTIVE:
            with suppress(psycopg.Error):
                self.cancel_safe(timeout=CANCEL_WITHIN_S)

    @contextmanager
    def transaction(
        self, savepoint_name: str | None = None, force_rollback: bool = False
    ) -> Iterator[psycopg.Transaction]:
        """
        Begin a transaction that only reads, or a savepoint in one.

        Raises:
            DeadlineOver: There is no time left.
            ServerLost: The server has ended the session.
        """
        is_outermost = self.info.transaction_status == TransactionStatus.IDLE
        try:
            with super().transaction(savepoint_name, force_rollback) as transaction:
                if is_outermost:
                    self.limit(lambda text: self.execute(text.encode()))
                yield transaction
        except psycopg.OperationalError as error:
            if not self.closed:
                raise
            raise ServerLost(
                f"needs a server that goes on answering; it ended the session: {first_line(error)}"
            ) from error


@contextmanager
def read_only(url_text: str, bounds: Bounds | None = None) -> Iterator[Session]:
    """
    Lend a session that was seen to be refused when it wrote.

    Raises:
        NotAServerUrl: The text is no URL of a PostgreSQL database.
        ServerUnreachable: Nobody answers there, or not to these credentials.
        NotReadOnly: The attempt to write was not refused; it was undone.
    """
    url = read_url(url_text, needs=NEEDS, name="URL")
    clock = Clock(bounds=bounds or Bounds())
    with connect_as(Session, url, application_name=NAME) as session:
        session.url, session.clock = url, clock
        # What is sent outside of `transaction` finds no way to write either.
        session.autocommit, session.read_only = False, True
        session.prepare_threshold = None
        _attempt(session, url)
        try:
            yield session
        except BaseException:
            session.cancel_now()
            raise


def access_of(session: Session) -> Access:
    """
    Return as whom a session looks, once it was seen to be refused.
    """
    query = resources.files("schemaproof.staging").joinpath("sql", "access.sql").read_bytes()
    with session.transaction(), session.cursor(row_factory=class_row(Access)) as cursor:
        (access,) = cursor.execute(query).fetchall()
    return access


def _attempt(session: Session, url: URL) -> None:
    try:
        with session.transaction(force_rollback=True):
            session.execute(ATTEMPT)
    except psycopg.errors.ReadOnlySqlTransaction:
        return
    raise NotReadOnly(
        f"needs a session that cannot write; {shown(url)} let one create a table, which was "
        "undone: does something between the two drop READ ONLY from BEGIN?"
    )
