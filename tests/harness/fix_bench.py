"""
Prove checks on miniature projects, in this process and on the run's one server.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from schemaproof.checks import Violation, all_checks
from schemaproof.postgres import Connection, Databases, Server, new_prefix
from schemaproof.project import Project
from schemaproof.prover import Prover
from schemaproof.report import Claim, Proof
from schemaproof.subject import Subject

CHECKS = {check.name: check for check in all_checks()}
TODAY = dt.date(2024, 11, 22)


class Bench:
    """
    One miniature project on databases of its own.

    Attributes:
        databases: Where they come from.
        subject: The project on them.
        prover: The prover of its claims.
    """

    def __init__(self, path: Path, server: Server) -> None:
        self.databases = Databases(server, prefix=new_prefix())
        self.subject = Subject(Project.load(path), self.databases, today=TODAY)
        self.prover = Prover(self.subject)

    def proofs(self, check: str) -> dict[str, Proof]:
        """
        Prove every claim of a check and return the proofs by target.
        """
        claims = self.prover.claims([CHECKS[check]])
        return {claim.target: self.prover.prove(claim) for claim in claims}

    def proof(self, check: str, target: str = "") -> Proof:
        """
        Prove one claim.
        """
        return self.prover.prove(Claim(check=CHECKS[check], target=target))

    def violations(self, check: str) -> list[Violation]:
        """
        Return every violation of a check.
        """
        return [found for proof in self.proofs(check).values() for found in proof.violations]

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """
        Lend a connection to a copy of what the migrations make.
        """
        with (
            self.databases.clone(self.subject.migrated) as database,
            database.connect(autocommit=True) as connection,
        ):
            yield connection

    def close(self, admin: Connection) -> None:
        """
        Drop the databases through ``admin`` and forget the models.
        """
        self.databases.close()
        for (name,) in admin.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            [self.databases.prefix],
        ).fetchall():
            database = sql.Identifier(name)
            admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(database))
            with contextlib.suppress(psycopg.errors.InvalidCatalogName):
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
        root = self.subject.project.root
        project = self.subject.project
        for name in (project.metadata_name, project.schemas_name, project.queries_name):
            sys.modules.pop((name or "").partition(":")[0], None)
        if str(root) in sys.path:
            sys.path.remove(str(root))


class BenchMaker:
    """
    Puts projects on the bench, and clears it at the end.
    """

    def __init__(self, server: Server, admin: Connection) -> None:
        self._server, self._admin = server, admin
        self._made: list[Bench] = []

    def __call__(self, path: Path) -> Bench:
        """
        Return the bench of the project at ``path``.
        """
        self._made.append(Bench(path, self._server))
        return self._made[-1]

    def close(self) -> None:
        """
        Clear every bench.
        """
        while self._made:
            self._made.pop().close(self._admin)


@pytest.fixture(scope="session")
def bench_admin(schema_server: Server) -> Iterator[Connection]:
    """
    A connection to the server's maintenance database, on which benches are cleared.

    Lives for the session.
    """
    # The first session of a database writes a file that spares the others a third of their start.
    # It is copied along, so one session of what all databases are copied from serves them all.
    if schema_server.owns_machine_time:
        schema_server.connect(schema_server.empty_template).close()
    with schema_server.connect() as admin:
        yield admin


@pytest.fixture(scope="module")
def bench_for_module(schema_server: Server, bench_admin: Connection) -> Iterator[BenchMaker]:
    """
    As `bench`, for projects that all tests of one file look at and none changes.
    """
    maker = BenchMaker(schema_server, bench_admin)
    yield maker
    maker.close()


@pytest.fixture
def bench(schema_server: Server, bench_admin: Connection) -> Iterator[BenchMaker]:
    """
    A function that takes the path of a project and returns what proves checks on it.

    The databases live for one test and are dropped afterwards, whatever became of it.
    """
    maker = BenchMaker(schema_server, bench_admin)
    yield maker
    maker.close()
