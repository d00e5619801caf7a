"""
Projects whose first tables were there before the first revision.
"""

from __future__ import annotations

import sys
import uuid

import pytest

from schemaproof.configuration import BadConfiguration
from schemaproof.history.history import BootstrapFailed
from schemaproof.history.round_trips import StampedGround
from tests.harness.adoption.everything import everything, of_status, trouble
from tests.harness.adoption.projects import MAKE_AUTHORS, MAKE_NOTES, notes
from tests.harness.checks.history.test_previous_release_runs import git
from tests.harness.miniature import Step

MAKE = """
from sqlalchemy import text

calls = []

def make(connection):
    calls.append(connection)
    connection.execute(text({sql!r}))
"""
MAKE_THEM = MAKE.format(sql=MAKE_AUTHORS.up)


@pytest.fixture
def project(tmp_path):
    """
    A function that writes a project with a module of its own for ``bootstrap``.
    """
    name = f"bootstrap_{uuid.uuid4().hex}"

    def write(code=MAKE_THEM, revisions=(MAKE_NOTES,), function="make"):
        (tmp_path / f"{name}.py").write_text(code)
        config = f'bootstrap = "{name}:{function}"'
        return notes(tmp_path, config=config, revisions=revisions)

    yield write
    sys.modules.pop(name, None)


def test_what_was_there_before_is_there_for_every_check(project, bench):
    """
    It is made once; each database that the history starts on is a copy.
    """
    bench_ = bench(project())

    assert trouble(everything(bench_)) == {}
    name = bench_.subject.project.bootstrap_name.partition(":")[0]
    assert len(sys.modules[name].calls) == 1
    before = bench_.subject.round_trips.of(bench_.subject.history.revisions[0]).before
    assert {table.name for table in before.tables} == {"authors", "alembic_version"}


def test_the_server_is_killed_on_what_was_there(project, bench):
    """
    The second server, on which revisions are killed, begins with the same tables.
    """
    more = Step(up="ALTER TABLE authors ADD name text", down="ALTER TABLE authors DROP name")
    proofs = bench(project(revisions=[more])).proofs("history/survives-crash")

    assert [(one.status, one.violations) for one in proofs.values()] == [("proved", ())]


def test_the_release_before_runs_on_what_was_there(tmp_path, project, bench):
    root = project()
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "--all", ".")
    git(tmp_path, "commit", "-q", "-m", "the release before")
    bench_ = bench(root)
    bench_.subject.base = "HEAD"

    proofs = bench_.proofs("history/previous-release-runs")

    assert proofs
    assert {one.status for one in proofs.values()} == {"proved"}


def test_a_bootstrap_that_says_commit_itself_is_fine(project, bench):
    code = MAKE_THEM + "    connection.commit()\n"

    assert trouble(everything(bench(project(code)))) == {}


def test_rows_are_put_into_the_tables_that_were_there(project, bench):
    """
    The first revision meets them, and is found out.
    """
    not_null = Step(
        up="ALTER TABLE authors ADD name text NOT NULL", down="ALTER TABLE authors DROP name"
    )

    violated = of_status(everything(bench(project(revisions=[not_null]))), "violated")

    assert "history/upgrade-survives-rows[r1]" in violated


def test_a_revision_that_makes_them_again_is_found_out(project, bench):
    violated = of_status(everything(bench(project(revisions=[MAKE_AUTHORS]))), "violated")

    (found,) = violated["history/upgrade-from-empty"].violations
    assert 'relation "authors" already exists' in found.found


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(
            MAKE.format(sql="CREATE TABEL x ()"), "it raised ProgrammingError: syntax", id="SQL"
        ),
        pytest.param(
            "def make(connection):\n    1 / 0\n",
            r"it raised ZeroDivisionError: division by zero \(bootstrap_\w+.py:2\)",
            id="Python",
        ),
        pytest.param(
            "async def make(connection):\n    pass\n", "a coroutine function", id="coroutine"
        ),
        pytest.param("def make():\n    pass\n", "TypeError: make() takes 0", id="no parameter"),
    ],
)
def test_a_bootstrap_that_raises_is_told_in_a_sentence(code, told, project, bench):
    with pytest.raises(BootstrapFailed, match=told.replace("make()", r"make\(\)")) as raised:
        _ = bench(project(code)).subject.catalog

    assert "\n" not in str(raised.value)
    assert "SQLAlchemy Connection" in str(raised.value)


@pytest.mark.parametrize(
    ("code", "function", "told"),
    [
        pytest.param("", "make", "has no 'make'", id="not there"),
        pytest.param("make = 3", "make", "must name a function; found 3", id="no function"),
        pytest.param("1 / 0", "make", "cannot be imported: ZeroDivisionError", id="broken module"),
    ],
)
def test_a_bootstrap_that_is_none_is_a_mistake_in_the_configuration(
    code, function, told, project, bench
):
    with pytest.raises(BadConfiguration, match=told):
        _ = bench(project(code, function=function)).subject.catalog


def test_a_bootstrap_that_stamps_is_a_mistake(project, bench):
    """
    A history that is said to have run already cannot be run from its beginning.
    """
    stamps = (
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
        "INSERT INTO alembic_version VALUES ('r1')"
    )

    with pytest.raises(StampedGround, match="found it at r1"):
        _ = bench(project(MAKE.format(sql=stamps))).subject.round_trips
