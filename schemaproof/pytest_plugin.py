"""
The pytest plugin: databases and the parts of the subject as fixtures, every claim as an item.

Under pytest-xdist the controller starts one server; the first worker that needs a template builds
it, and each worker clones it for itself.

Source: https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import Connection, Executable, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from schemaproof import plans
from schemaproof.catalog import Catalog
from schemaproof.errors import SchemaproofError
from schemaproof.history import History
from schemaproof.postgres import Database, Databases, Server, new_prefix, open_server
from schemaproof.project import NoProject, Project
from schemaproof.report import Claim, Proof, Report, print_report
from schemaproof.runner import Prover, Selection
from schemaproof.subject import Subject

Explain = Callable[[Executable | str], plans.Plan]


class Bench:
    """
    What one pytest process works on, each part made when it is first needed.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._held = contextlib.ExitStack()
        # What the controller of pytest-xdist handed to this worker.
        self._handed: dict[str, Any] = getattr(config, "workerinput", {}).get("schemaproof", {})
        self.prefix: str = self._handed.get("prefix") or new_prefix()

    @cached_property
    def project(self) -> Project:
        """
        The project at pytest's rootdir.
        """
        return Project.load(self._config.rootpath)

    @cached_property
    def server(self) -> Server:
        """
        The server of this run.
        """
        if "server" in self._handed:
            return Server.taken_over(self._handed["server"])
        wanted = self._config.getoption("schemaproof_server")
        return self._held.enter_context(open_server(wanted, prefix=self.prefix))

    @cached_property
    def subject(self) -> Subject:
        """
        The project on that server.
        """
        databases = Databases(self.server, prefix=self.prefix)
        self._held.callback(databases.close)
        return Subject(self.project, databases, today=dt.datetime.now(dt.UTC).date())

    @cached_property
    def prover(self) -> Prover:
        """
        The prover of its claims.
        """
        return Prover(self.subject)

    def hand_over(self) -> dict[str, Any]:
        """
        Return what another process needs to work on the same server.
        """
        return {"prefix": self.prefix, "server": self.server.hand_over()}

    def close(self) -> None:
        """
        End what this process started.
        """
        self._held.close()


BENCH = pytest.StashKey[Bench]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("schemaproof")
    group.addoption(
        "--schemaproof",
        action="store_true",
        help="collect every check of the project's schema as a test item",
    )
    group.addoption(
        "--schemaproof-server",
        default="embedded",
        metavar="embedded|URL",
        help="where to make throwaway databases (default: embedded)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the bench; nothing is started yet."""
    config.stash[BENCH] = Bench(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server."""
    config.stash[BENCH].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the one server of a run under pytest-xdist, if this project is a subject."""
    bench = node.config.stash[BENCH]
    with contextlib.suppress(NoProject):
        bench.project  # noqa: B018 - asked for its error
        node.workerinput["schemaproof"] = bench.hand_over()


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add an item for every claim."""
    if not config.getoption("schemaproof"):
        return
    prover = config.stash[BENCH].prover
    try:
        claims = prover.claims(Selection().choose())
    except SchemaproofError as error:
        raise pytest.UsageError(f"schemaproof: {error}") from error
    parent = _Claims.from_parent(session, name="schemaproof", nodeid="schemaproof")
    items.extend(_ClaimItem.from_parent(parent, name=str(claim), claim=claim) for claim in claims)


class _Claims(pytest.Collector):
    def collect(self) -> list[pytest.Item]:
        return []


class ClaimViolated(Exception):
    """
    A claim does not hold.

    Attributes:
        proof: What was found.
    """

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        super().__init__(str(proof.claim))


class _ClaimItem(pytest.Item):
    def __init__(self, *, claim: Claim, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.claim = claim

    def runtest(self) -> None:
        proof = self.config.stash[BENCH].prover.prove(self.claim)
        self.add_report_section("call", "schemaproof", "\n".join(proof.seen))
        if proof.status == "violated":
            raise ClaimViolated(proof)
        if proof.skipped is not None:
            pytest.skip(proof.skipped)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if not isinstance(excinfo.value, ClaimViolated):
            return super().repr_failure(excinfo, style)
        console = Console(width=100, no_color=True, highlight=False)
        with console.capture() as captured:
            report = Report(proofs=(excinfo.value.proof,))
            print_report(report, console, root=self.config.rootpath)
        return captured.get()

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.claim.check.module_file, 0, f"schemaproof::{self.claim}"


@pytest.fixture(scope="session")
def schema_project(request: pytest.FixtureRequest) -> Project:
    """The project at pytest's rootdir, read from its ``[tool.schemaproof]``."""
    return request.config.stash[BENCH].project


@pytest.fixture(scope="session")
def schema_server(request: pytest.FixtureRequest) -> Server:
    """The server of this run; it ends with the run."""
    return request.config.stash[BENCH].server


@pytest.fixture(scope="session")
def schema_databases(request: pytest.FixtureRequest) -> Databases:
    """Templates and clones on that server, for tests that need more than one database."""
    return request.config.stash[BENCH].subject.databases


@pytest.fixture(scope="session")
def schema_history(schema_project: Project) -> History:
    """The project's Alembic history."""
    return schema_project.history


@pytest.fixture(scope="session")
def schema_catalog(request: pytest.FixtureRequest) -> Catalog:
    """The catalogue that the migrations make."""
    return request.config.stash[BENCH].subject.catalog


@pytest.fixture
def schema_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """
    A private copy of the migrated database.

    Lives for one test and is dropped afterwards, whatever the test did to it.
    """
    subject = request.config.stash[BENCH].subject
    with subject.databases.clone(subject.migrated) as database:
        yield database


@pytest.fixture(scope="session")
def _schema_shared_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """One migrated database for all tests of this process that roll back what they do."""
    subject = request.config.stash[BENCH].subject
    with subject.databases.clone(subject.migrated) as database:
        yield database


@pytest.fixture
def _schema_connection(_schema_shared_database: Database) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back after the test."""
    engine = create_engine(_schema_shared_database.url, poolclass=NullPool)
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()
    engine.dispose()


@pytest.fixture
def schema_session(_schema_connection: Connection) -> Iterator[Session]:
    """
    An ORM session on a migrated database, rolled back after the test.

    ``commit()`` in the test releases a savepoint; nothing of it is seen by the next test.
    """
    with Session(_schema_connection, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def explain(_schema_connection: Connection) -> Explain:
    """
    A function that returns the plan of a SQLAlchemy statement or SQL text on a migrated database.
    """
    return lambda statement: plans.explain(_schema_connection, statement)
