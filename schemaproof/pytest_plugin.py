"""
The pytest plugin: databases and the parts of the subject as fixtures, every claim as an item.

Under pytest-xdist the controller starts one server; the first worker that needs a template builds
it, and each worker clones it for itself.

Source: https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemaproof.errors import SchemaproofError

# Installed, the plugin is loaded by every pytest run of the environment: what it is built on is
# imported when a test first asks for it, since that takes most of a second.
if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Executable
    from sqlalchemy.orm import Session

    from schemaproof.bench import Bench
    from schemaproof.catalog import Catalog
    from schemaproof.history import History
    from schemaproof.plans import Plan
    from schemaproof.postgres import Database, Databases, Server
    from schemaproof.project import Project
    from schemaproof.report import Claim, Proof

BENCH: pytest.StashKey[Bench] = pytest.StashKey()


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
        metavar="embedded|container[:IMAGE]|URL",
        help="where to make throwaway databases (default: embedded)",
    )
    group.addoption(
        "--schemaproof-base",
        metavar="REF",
        help="with --schemaproof: try the models of this git commit on the schema too",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Put the mutant of a schema in its place, before a test module imports it."""
    if os.environ.get("SCHEMAPROOF_MUTANT") and _is_subject(config.rootpath):
        from schemaproof.mutation.suite import carrier  # noqa: PLC0415 - see above

        with _mistakes_told():
            is_to_run = carrier.put_in_place(_bench(config))
        if not is_to_run:
            pytest.exit("schemaproof: each mutant had a process of its own", returncode=0)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server."""
    bench = config.stash.get(BENCH, None)
    if bench is not None:
        bench.close()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """
    Start the one server of a run under pytest-xdist, if this project is a subject.

    Before the workers exist: what is wrong with the project would be a crash in them, and
    pytest-xdist leaves the workers that it has made to the end of the interpreter when a run
    ends while it makes them.
    """
    config = session.config
    if not config.pluginmanager.hasplugin("dsession") or not _is_subject(config.rootpath):
        return
    with _mistakes_told():
        _bench(config).project  # noqa: B018 - asked for its mistakes
        _bench(config).hand_over()
        if config.getoption("schemaproof"):
            _all_claims(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand that server to a worker."""
    if _is_subject(node.config.rootpath):
        node.workerinput["schemaproof"] = _bench(node.config).hand_over()


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add an item for every claim."""
    if not config.getoption("schemaproof"):
        return
    with _mistakes_told():
        claims = _all_claims(config)
    parent = _Claims.from_parent(session, name="schemaproof", nodeid="schemaproof")
    items.extend(_ClaimItem.from_parent(parent, name=str(claim), claim=claim) for claim in claims)


def _all_claims(config: pytest.Config) -> list[Claim]:
    from schemaproof.coverage import refuse_nothing  # noqa: PLC0415 - see above
    from schemaproof.selection import Selection  # noqa: PLC0415 - see above

    refuse_nothing(_bench(config).subject)
    return _bench(config).prover.claims(Selection().choose())


@contextmanager
def _mistakes_told() -> Iterator[None]:
    try:
        yield
    except SchemaproofError as error:
        raise pytest.UsageError(f"schemaproof: {error}") from error


def _is_subject(root: Path) -> bool:
    file = root / "pyproject.toml"
    return file.is_file() and "[tool.schemaproof]" in file.read_text(encoding="utf-8")


def _bench(config: pytest.Config) -> Bench:
    if BENCH not in config.stash:
        from schemaproof.bench import Bench  # noqa: PLC0415 - see above

        # pytest-xdist gives its workers what the controller handed to them.
        handed = getattr(config, "workerinput", {}).get("schemaproof", {})
        server = config.getoption("schemaproof_server")
        base = config.getoption("schemaproof_base")
        config.stash[BENCH] = Bench(config.rootpath, server=server, handed=handed, base=base)
    return config.stash[BENCH]


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
        proof = _bench(self.config).prover.prove(self.claim)
        self.add_report_section("call", "schemaproof", "\n".join(proof.seen))
        if proof.status == "violated":
            raise ClaimViolated(proof)
        if proof.blocked_by is not None:
            # What blocks it may not have been selected, and then nobody else would tell.
            pytest.fail(f"{proof.skipped}", pytrace=False)
        if proof.skipped is not None:
            pytest.skip(proof.skipped)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if not isinstance(excinfo.value, ClaimViolated):
            return super().repr_failure(excinfo, style)
        from rich.console import Console  # noqa: PLC0415 - see above

        from schemaproof.report import Report, print_report  # noqa: PLC0415 - see above

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
    return _bench(request.config).project


@pytest.fixture(scope="session")
def schema_server(request: pytest.FixtureRequest) -> Server:
    """The server of this run; it ends with the run."""
    return _bench(request.config).server


@pytest.fixture(scope="session")
def schema_databases(request: pytest.FixtureRequest) -> Databases:
    """Templates and clones on that server, for tests that need more than one database."""
    return _bench(request.config).subject.databases


@pytest.fixture(scope="session")
def schema_history(schema_project: Project) -> History:
    """The project's Alembic history."""
    return schema_project.history


@pytest.fixture(scope="session")
def schema_catalog(request: pytest.FixtureRequest) -> Catalog:
    """The catalogue that the migrations make."""
    return _bench(request.config).subject.catalog


@pytest.fixture
def schema_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """
    A private copy of the migrated database.

    Lives for one test and is dropped afterwards, whatever the test did to it.
    """
    subject = _bench(request.config).subject
    with subject.databases.clone(subject.migrated) as database:
        yield database


@pytest.fixture(scope="session")
def _schema_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine on one migrated database, for all tests of this process that roll back."""
    from sqlalchemy import create_engine  # noqa: PLC0415 - see above

    subject = _bench(request.config).subject
    with subject.databases.clone(subject.migrated) as database:
        # A test may end its own session, to see what then happens.
        engine = create_engine(database.url, pool_pre_ping=True)
        yield engine
        engine.dispose()


@pytest.fixture
def _schema_connection(_schema_engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back after the test."""
    with _schema_engine.connect() as connection, connection.begin() as transaction:
        yield connection
        # Settings made with SET are undone with the rest.
        transaction.rollback()


@pytest.fixture
def schema_session(_schema_connection: Connection) -> Iterator[Session]:
    """
    An ORM session on a migrated database, rolled back after the test.

    ``commit()`` in the test releases a savepoint; nothing of it is seen by the next test.
    """
    from sqlalchemy.orm import Session  # noqa: PLC0415 - see above

    with Session(_schema_connection, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def explain(_schema_connection: Connection) -> Callable[[Executable | str], Plan]:
    """
    A function that returns the plan of a SQLAlchemy statement or SQL text on a migrated database.
    """
    from schemaproof import plans  # noqa: PLC0415 - see above

    return lambda statement: plans.explain(_schema_connection, statement)
