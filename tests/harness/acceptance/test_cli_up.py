"""
``schemaproof up`` lends a database that can be used by its URL, and takes it away again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from schemaproof.catalog import snapshot
from schemaproof.postgres import client_program
from tests.harness.acceptance.conftest import REPOSITORY, TWO_TABLES, TWO_TABLES_UP
from tests.harness.miniature import Step, miniature
from tests.harness.runs import COMMAND_LINE, Run

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="what a run has is looked up in /proc: run these on Linux"
)

DOWN = "DROP TABLE books; DROP TABLE authors"
QUERIES = """
QUERIES = Workload(
    population=Population(
        counted="books",
        volumes={
            "books": Volume(rows=1000, keys={"author_id": Spread(fan_out=50)}),
            "authors": Volume(rows=20),
        },
    ),
)
"""
# One part in two, and a table that takes no row that anybody guesses.
ODD = """
    CREATE SCHEMA "odd one";
    CREATE TABLE "odd one"."Order Items" (day date) PARTITION BY RANGE (day);
    CREATE TABLE "odd one".early PARTITION OF "odd one"."Order Items"
        FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN RAISE EXCEPTION ''closed on [bold]Mondays[/]''; END';
    CREATE TABLE shut (id int);
    CREATE TRIGGER shut BEFORE INSERT ON shut FOR EACH ROW EXECUTE FUNCTION refuse()
"""


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table.split(".")))
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("number", "status"),
    [
        pytest.param(signal.SIGINT, 0, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
        pytest.param(signal.SIGHUP, -signal.SIGHUP, id="terminal closed"),
        pytest.param(signal.SIGKILL, -signal.SIGKILL, id="SIGKILL"),
    ],
)
def test_it_stays_until_it_is_ended_and_leaves_nothing(number, status, library):
    """
    The one line of output is a URL by which whoever ran it connects; then the server is gone.
    """
    with Run(COMMAND_LINE, "up", str(library)) as run:
        url = run.read_line()
        counted = {table: count(url, table) for table in ("authors", "books")}
        run.signal_group(number)
        ended, more, told = run.end()

        assert all(held > 1 for held in counted.values())
        assert (ended, more) == (status, "")
        assert "2 tables, " in told
        assert "Traceback" not in told
        assert run.left() == []
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)


def test_a_server_that_dies_is_told(library):
    """
    Without its server it does not wait for Ctrl-C: exit status 2, and what to do.
    """
    with Run(COMMAND_LINE, "up", str(library)) as run:
        run.read_line()
        os.kill(run.wait_for_process("postgres", "-D"), signal.SIGKILL)
        status, _, told = run.end()

        assert status == 2
        assert "it is gone: run it again" in " ".join(told.split())
        assert run.left() == []


@pytest.fixture(scope="module")
def pixcrawler():
    """
    The URL of this repository's database, and what was told about it; for the whole module.
    """
    with Run(COMMAND_LINE, "up", str(REPOSITORY)) as run:
        yield run.read_line()


def test_every_table_holds_rows_and_children_have_several_parents(pixcrawler):
    with psycopg.connect(pixcrawler) as connection:
        catalog = snapshot(connection)
        parents = connection.execute(
            "SELECT crawl_job_id FROM images GROUP BY 1 HAVING count(*) > 1"
        ).fetchall()
    names = [t.name for t in catalog.tables if t.name != "alembic_version"]

    assert len(names) == 7
    assert [name for name in names if not count(pixcrawler, name)] == []
    assert len(parents) > 1


def test_its_rows_pass_every_constraint_when_it_is_made_anew(pixcrawler):
    """
    The server looks at every row again: no key, CHECK or uniqueness was passed by.
    """
    with psycopg.connect(pixcrawler) as connection:
        catalog = snapshot(connection)
        found = connection.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE contype IN ('c', 'f') AND conrelid <> 0"
        ).fetchall()
        for table, name, definition in found:
            parts = [sql.Identifier(table), sql.Identifier(name), sql.SQL(definition)]
            connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*parts))
            connection.execute(sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(*parts))
        for index in catalog.indexes:
            connection.execute(sql.SQL("REINDEX INDEX {}").format(sql.Identifier(index.name)))
        connection.rollback()

    assert len(found) > 30


def test_the_told_command_of_psql_works(library):
    """
    What is told to paste into a shell reaches the database.
    """
    if client_program("psql") is None:
        pytest.skip("needs psql: install PostgreSQL's client")
    with Run(COMMAND_LINE, "up", str(library)) as run:
        assert run.process.stderr is not None
        lines = iter(run.process.stderr.readline, "")
        command = next(line.strip() for line in lines if line.startswith("  "))
        found = subprocess.run(
            ["bash", "-c", f"{command} -Atc 'SELECT count(*) > 1 FROM books'"],  # noqa: S607 - as pasted
            capture_output=True,
            text=True,
            check=True,
        )

    assert found.stdout.strip() == "t"


@pytest.mark.parametrize(
    ("options", "books", "authors"),
    [
        pytest.param(["--rows", "2e2"], 200, 4, id="as the population says"),
        pytest.param(["--empty"], 0, 0, id="empty"),
    ],
)
def test_as_many_rows_as_are_asked_for(options, books, authors, tmp_path):
    """
    With a registered population, ``--rows`` counts the rows of the table that it names.
    """
    steps = [Step(up=TWO_TABLES_UP, down=DOWN), Step(up="CREATE TABLE later (id int)")]
    project = miniature(tmp_path, models=TWO_TABLES, revisions=steps, queries=QUERIES)

    with Run(COMMAND_LINE, "up", str(project), "--revision", "r1", *options) as run:
        url = run.read_line()

        assert count(url, "books") == books
        assert authors <= count(url, "authors") <= authors + (books and 1)
        with pytest.raises(psycopg.errors.UndefinedTable):
            count(url, "later")


def test_on_a_server_that_is_running_its_database_goes(tmp_path, schema_server):
    """
    Killed, it leaves the server as it found it; a table that takes no row is named, and why.
    """
    project = miniature(tmp_path, revisions=[ODD])
    given = schema_server.url.render_as_string(hide_password=False)

    with Run(COMMAND_LINE, "up", str(project), "--server", given) as run:
        url = run.read_line()
        assert count(url, "odd one.Order Items") > 1
        run.signal_group(signal.SIGKILL)
        _, _, told = run.end()

        assert "shut holds 0 rows, and takes no more:" in " ".join(told.split())
        assert "closed on [bold]Mondays[/]" in " ".join(told.split())
        assert run.left() == []
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


@pytest.mark.parametrize(
    ("options", "needs"),
    [
        pytest.param(["--rows", "5", "--empty"], "--rows or --empty", id="rows and none"),
        pytest.param(["--rows", "0"], "0.0 is not in the range", id="no rows"),
        pytest.param(["--revision", "r9"], "found 'r9': give one of r1", id="revision"),
    ],
)
def test_what_it_cannot_do_is_refused(options, needs, run_main, library, capsys):
    status = run_main(["up", str(library), *options])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert needs in " ".join(err.split())


def test_a_history_that_raises_is_told(run_main, tmp_path: Path, capsys):
    project = miniature(tmp_path, revisions=["CREATE TABLE t (id int); SELECT 1 / 0"])

    status = run_main(["up", str(project)])

    assert status == 2
    assert "needs a schema to play with; the project's own code raises: upgrade" in " ".join(
        capsys.readouterr().err.split()
    )
