"""
Apply mutants to one database, each in a transaction that is rolled back, and read the catalogue.

A follower that has seen the original reads only what the mutant changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import OperationalError, pq

from schemaproof.catalog import Catalog, Follower
from schemaproof.mutation.mutant import Mutant
from schemaproof.postgres import Connection, Database, Databases


class Refused(Exception):
    """The server did not take a mutant's statements."""


class Scratch:
    """
    One database that is as good as new after each mutant.

    Attributes:
        original: What it contains.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._follower = Follower()
        self.original = self._follower.snapshot(connection)

    def look(self, mutant: Mutant) -> Catalog:
        """
        Return what the database contains with the mutant applied.

        Raises:
            Refused: The server did not take it.
        """
        with applied(mutant, self._connection):
            return self._follower.forked().snapshot(self._connection)


@contextmanager
def scratch_of(template: Database, databases: Databases) -> Iterator[Scratch]:
    """
    Lend a scratch copy of a template.
    """
    with (
        databases.clone(template) as database,
        database.connect(autocommit=True) as connection,
    ):
        yield Scratch(connection)


@contextmanager
def applied(mutant: Mutant, connection: Connection) -> Iterator[None]:
    """
    Apply a mutant in a transaction that is rolled back afterwards.

    It goes past psycopg, which after DROP, ALTER and ROLLBACK forgets the statements that it has
    prepared: planning a snapshot anew would cost more than all the rest.

    Raises:
        Refused: The server did not take it.
    """
    try:
        send(connection, f"BEGIN;\n{mutant.sql}")
        yield
    finally:
        send(connection, "ROLLBACK")


def send(connection: Connection, statements: str) -> None:
    """
    Have a mutant's statements run.

    Raises:
        Refused: The server did not take them.
    """
    result = connection.pgconn.exec_(statements.encode(connection.info.encoding))
    if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        message = result.error_message.decode(connection.info.encoding, "replace")
        if connection.broken:
            raise OperationalError(message)
        raise Refused(message.strip().partition("\n")[0])
