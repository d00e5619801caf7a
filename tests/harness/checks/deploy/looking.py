"""
Look at a database that others use as the command does: the real session, subject and prover.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schemaproof.postgres import Database
from schemaproof.prover import Prover
from schemaproof.report import Claim, Proof
from schemaproof.staging import read_only
from schemaproof.subject import Live
from tests.harness.fix_bench import CHECKS, TODAY, Bench


class Look:
    """
    What checks say of one live database.

    Attributes:
        live: What is offered to them.
    """

    def __init__(self, live: Live) -> None:
        self.live = live
        self._prover = Prover(live)

    def proof(self, check: str, target: str = "") -> Proof:
        """
        Put one claim to the test.
        """
        return self._prover.prove(Claim(check=CHECKS[check], target=target))

    def found(self, check: str, target: str = "") -> dict[str, str]:
        """
        Return what is violated, and what was found there.
        """
        return {one.where: one.found for one in self.proof(check, target).violations}


@contextmanager
def at(bench: Bench, stamp: str | None, *statements: str) -> Iterator[Look]:
    """
    Lend a look at a database at a revision, if any, after what others did to it.
    """
    with bench.databases.clone() as database:
        if stamp:
            bench.subject.history.upgrade(database, stamp)
        with database.connect(autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        with looked_at(bench, database) as look:
            yield look


@contextmanager
def looked_at(bench: Bench, database: Database) -> Iterator[Look]:
    """
    Lend a look at a database, with the project on the bench to be deployed there.
    """
    with read_only(database.url.render_as_string(hide_password=False)) as session:
        yield Look(Live(bench.subject.project, bench.databases, session, today=TODAY))
