"""
The pytest plugin, in a pytest of its own on a miniature project.
"""

from __future__ import annotations

import re
import textwrap

import pytest

from tests.harness import traces
from tests.harness.acceptance.conftest import TWO_TABLES_UP
from tests.harness.checks.history.test_previous_release_runs import git
from tests.harness.miniature import MODELS_HEAD, NO_MODELS, Step, write_revisions
from tests.harness.runs import Run

PYTEST = "import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))"

SPY = """
import os, traces

def pytest_sessionfinish(session):
    found = traces.processes(os.environ[traces.WORD]).values()
    servers = [command for command in found if "listen_addresses" in command]
    if not hasattr(session.config, "workerinput"):
        print(f"\\nservers: {len(servers)}")
"""

FIXTURES = """
from sqlalchemy import text

def test_each_test_has_a_database_of_its_own(schema_database):
    with schema_database.connect(autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM authors").fetchone() == (0,)
        connection.execute("INSERT INTO authors DEFAULT VALUES")

def test_and_so_has_the_next(schema_database):
    with schema_database.connect(autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM authors").fetchone() == (0,)
        connection.execute("INSERT INTO authors DEFAULT VALUES")

def test_a_session_is_rolled_back(schema_session):
    schema_session.execute(text("INSERT INTO authors DEFAULT VALUES"))
    schema_session.commit()
    assert schema_session.scalar(text("SELECT count(*) FROM authors")) == 1

def test_so_that_the_next_sees_nothing(schema_session):
    assert schema_session.scalar(text("SELECT count(*) FROM authors")) == 0
    schema_session.execute(text("INSERT INTO authors DEFAULT VALUES"))
    schema_session.commit()

def test_a_plan(explain):
    plan = explain("SELECT * FROM authors WHERE id = 1")
    assert "authors" in repr(plan)

def test_the_parts(schema_project, schema_history, schema_catalog):
    assert schema_project.alembic.is_file()
    assert schema_history.heads == ("r1",)
    assert "books" in {table.name for table in schema_catalog.tables}
"""


@pytest.fixture
def run_pytest(library, monkeypatch):
    """
    A function that runs pytest in the miniature project; returns exit status and output.
    """
    # The run's own plugins and options are none of the subject's business.
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_TESTRUNUID", "PYTEST_CURRENT_TEST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(library)
    folder = str(traces.__file__).rpartition("/")[0]
    (library / "conftest.py").write_text(f"import sys\nsys.path.append({folder!r})\n{SPY}")

    def run(*arguments: str, test: str = "def test_nothing(): pass\n"):
        (library / "test_it.py").write_text(textwrap.dedent(test))
        with Run(PYTEST, *PLAIN, *arguments, names=False) as running:
            status, out, err = running.end()
            assert running.left() == []
            return status, out + err

    return run


# Plugins that only cost time here; warnings are errors, as in this repository.
COSTLY = ("cacheprovider", "randomly", "benchmark", "hypothesispytest")
PLAIN = ("-W", "error", *(f"-pno:{name}" for name in COSTLY))

CLAIMS = (
    "drift/models-match-migrations",
    "history/downgrade-restores-catalog[r1]",
    "indexes/redundant-index[ix_books_author_id]",
    "references/on-delete-behaves[books.author_id]",
    "references/unpaired-relationship[Author.books]",
)


def test_every_claim_is_an_item_that_passes_if_it_holds(run_pytest):
    status, out = run_pytest("--schemaproof", "-v")

    assert status == 0, out
    for claim in CLAIMS:
        assert re.search(rf"schemaproof::{re.escape(claim)} PASSED", out), out
    assert "test_it.py::test_nothing PASSED" in out
    assert "servers: 1" in out


def test_a_claim_that_is_broken_fails_and_is_explained(run_pytest, library):
    (script,) = library.glob("migrations/versions/*.py")
    script.write_text(script.read_text().replace("ON DELETE CASCADE", "ON DELETE RESTRICT"))

    status, out = run_pytest("--schemaproof", "-v", "-k", "on-delete or single-head or nothing")

    assert status == 1
    assert "schemaproof::references/on-delete-behaves[books.author_id] FAILED" in out
    assert "schemaproof::history/single-head PASSED" in out
    flat = " ".join(out.split())
    assert re.search(r"found the models declare ON DELETE CASCADE, .* because .* fix ", flat), out
    assert "1 failed, 2 passed" in out


def test_workers_share_one_server(run_pytest):
    """
    Under pytest-xdist, claims and fixtures of both workers use the controller's server.
    """
    status, out = run_pytest("--schemaproof", "-n", "2", "-v", test=FIXTURES)

    assert status == 0, out
    assert {"gw0", "gw1"} <= set(re.findall(r"gw\d", out))
    assert "servers: 1" in out


def test_fixtures_work_without_the_option(run_pytest):
    status, out = run_pytest(test=FIXTURES)

    assert status == 0, out
    assert "6 passed" in out
    assert "servers: 1" in out


@pytest.mark.parametrize(
    ("workers", "servers"),
    [
        pytest.param([], 0, id="alone"),
        # The controller cannot be asked once the workers run, so a subject's server starts before.
        pytest.param(["-n", "1"], 1, id="xdist"),
    ],
)
def test_a_server_is_started_only_if_it_may_be_needed(workers, servers, run_pytest):
    status, out = run_pytest(*workers)

    assert status == 0, out
    assert "1 passed" in out
    assert f"servers: {servers}" in out


def test_the_release_before_is_tried_if_it_is_named(run_pytest, library):
    """
    With workers, each claim about one of its classes is an item of one of them.
    """
    git(library, "init", "-q")
    git(library, "add", "--all", ".")
    git(library, "commit", "-q", "-m", "the release before")
    up = "ALTER TABLE books ADD COLUMN title text NOT NULL"
    write_revisions(
        library / "migrations" / "versions",
        [Step(up=TWO_TABLES_UP), Step(up=up, down="ALTER TABLE books DROP COLUMN title")],
    )

    status, out = run_pytest(
        "--schemaproof", "--schemaproof-base", "HEAD", "-k", "previous", "-n", "2", "-v"
    )

    claim = "schemaproof::history/previous-release-runs"
    assert status == 1, out
    assert f"PASSED {claim}[Author]" in out
    assert f"FAILED {claim}[Book]" in out
    assert 'null value in column "title"' in " ".join(out.split())


def test_a_release_that_is_not_there_is_a_usage_error(run_pytest):
    status, out = run_pytest("--schemaproof", "--schemaproof-base", "HEAD")

    assert status == 4, out
    assert "ERROR: schemaproof: --base needs a git repository around" in out


def test_a_project_without_a_table_is_a_usage_error(run_pytest, library):
    (script,) = library.glob("migrations/versions/*.py")
    script.unlink()
    (models,) = library.glob("models_*.py")
    models.write_text(MODELS_HEAD + NO_MODELS)

    status, out = run_pytest("--schemaproof")

    assert status == 4, out
    assert "ERROR: schemaproof: needs a table; found none in" in out


# What is written for the metadata, what is given for the server, what is told.
MISTAKES = {
    "wrong type": ("3", "embedded", "'metadata' must be a str"),
    "no such module": ("'library:nothing'", "embedded", "names no module"),
    "no such server": (None, "postgresql://me@127.0.0.1:1/x", "found none that lets us in"),
}


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_a_usage_error(run_pytest, library, name, workers):
    """
    One sentence, and no test is run, with workers and without.
    """
    metadata, server, told = MISTAKES[name]
    if metadata is not None:
        file = library / "pyproject.toml"
        file.write_text(re.sub("metadata = .*", f"metadata = {metadata}", file.read_text()))

    status, out = run_pytest("--schemaproof", "--schemaproof-server", server, *workers)

    assert status == 4, out
    assert re.search(f"ERROR: schemaproof: .*{told}", out)
    assert "Traceback" not in out
    assert "passed" not in out


def test_a_folder_that_is_no_subject_is_left_alone(run_pytest, library):
    """
    Installed beside other projects, the plugin neither fails nor starts anything.
    """
    (library / "pyproject.toml").write_text("[project]\nname = 'other'\n")

    status, out = run_pytest("-n", "1")

    assert status == 0, out
    assert "servers: 0" in out
