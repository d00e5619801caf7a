"""
Judge mutants of the migrations alone, against which the models keep their word.

They are applied to one database, each in a transaction that is rolled back, and read by a follower
that has seen the original: what costs is what the mutant changed. Whether that is drift, the check
itself says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import OperationalError, pq

from schemaproof.catalog import Catalog, Follower, difference
from schemaproof.checks import Check, Violation, all_checks
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.mutant import Mutant
from schemaproof.postgres import Connection
from schemaproof.prover import waiver_of
from schemaproof.subject import Subject

CHECK = "drift/models-match-migrations"
NORMALISED = "PostgreSQL reads it as it read the original: the catalogue is the same"


class Refused(Exception):
    """The server did not take a mutant's statements."""


class DriftJudge:
    """
    Judges mutants on one connection to a database that the migrations made.
    """

    def __init__(self, subject: Subject, connection: Connection) -> None:
        self._subject, self._connection = subject, connection
        self._check = drift_check()
        self._follower = Follower()
        self._original = self._follower.snapshot(connection)

    def judge(self, mutant: Mutant) -> Judged:
        """
        Tell whether the check notices.
        """
        try:
            with applied(mutant, self._connection):
                catalog = self._follower.forked().snapshot(self._connection)
        except Refused as error:
            return Judged(mutant=mutant, fate="refused", why=str(error))
        if fires(self._check, catalog, self._subject) is not None:
            return Judged(mutant=mutant, fate="killed", by=self._check.name)
        if mutant.is_respelt and not difference(self._original, catalog):
            return Judged(mutant=mutant, fate="equivalent", why=NORMALISED)
        return Judged(mutant=mutant, fate="survived")


def drift_check() -> Check:
    """
    Return the check that compares models and migrations.
    """
    return next(check for check in all_checks() if check.name == CHECK)


def fires(check: Check, catalog: Catalog, subject: Subject) -> Violation | None:
    """
    Return what that check finds first in a catalogue and nobody has waived; None if nothing.
    """
    found = check.run(
        declared=subject.declared, catalog=catalog, project=subject.project, scope=subject.scope
    )
    violations = (one for one in found if isinstance(one, Violation))
    return next((one for one in violations if waiver_of(subject, check.name, one) is None), None)


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
        _send(connection, f"BEGIN;\n{mutant.sql}")
        yield
    finally:
        _send(connection, "ROLLBACK")


def _send(connection: Connection, statements: str) -> None:
    result = connection.pgconn.exec_(statements.encode(connection.info.encoding))
    if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        message = result.error_message.decode(connection.info.encoding, "replace")
        if connection.broken:
            raise OperationalError(message)
        raise Refused(message.strip().partition("\n")[0])
