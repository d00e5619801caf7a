"""
The examples in ``docs/``: what a reader copies from a page runs, and does what the page says.
"""

import argparse
import functools
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
from alembic.config import CommandLine
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from models import ActivityLog, CrawlJob, ExportJob, Image, Profile, Project, ValidationJob
from schemaproof.catalog import Catalog, difference, snapshot
from schemaproof.cli import commands as schemaproof_commands
from schemaproof.errors import SchemaproofError
from schemaproof.plans import explain
from schemaproof.postgres import Database, Databases
from schemaproof.postgres._binaries import find_binaries
from tests import docs_pages
from tests.docs_pages import ROOT, Block

SERVED_BY = re.compile(r"-- served by: (\w+)")
RETURNS_NO_ROW = "-- returns no row"

EACH_QUERY = pytest.mark.parametrize("block", docs_pages.blocks("sql"), ids=str)
COMMON = [b for b in docs_pages.blocks("sql") if b.section == "Common queries"]
NEEDED_INDEX = [b for b in docs_pages.blocks("sql") if SERVED_BY.search(b.text)]


def plant(session: Session) -> None:
    """Make the rows that the pages speak of: Ada's, with the keys that the queries name."""
    ada = Profile(id="6f2d6c1e-6a52-4f0e-9d3f-0d2f5a1c7b11", email="ada@example.org")
    project = Project(id=7, name="Cats", user=ada)
    running = {"status": "running", "total_chunks": 4, "completed_chunks": 1}
    job = CrawlJob(id=42, name="First", keywords=["cat"], project=project, **running)
    session.add_all([job, CrawlJob(id=43, name="Next", keywords=["cat"], project=project)])
    session.add(Image(id=1001, crawl_job=job, original_url="https://a.example", filename="a.jpg"))
    session.add(ActivityLog(user=ada, action="started a crawl job"))
    session.add(ExportJob(name="All", status="completed", crawl_job=job, user=ada))
    session.add(ValidationJob(name="Sharp enough", crawl_job=job))
    session.flush()


@pytest.fixture
def planted(schema_session: Session) -> psycopg.Connection[Any]:
    """
    A connection to the migrated database with the rows that the pages speak of.
    """
    plant(schema_session)
    connection = schema_session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


@EACH_QUERY
def test_sql_runs(block: Block, planted: psycopg.Connection[Any]):
    """Every SQL block runs on the migrated database; where it says so, it returns no row."""
    cursor = planted.execute(block.text)

    if block.text.startswith(RETURNS_NO_ROW):
        assert cursor.fetchall() == []


@pytest.mark.parametrize("block", COMMON, ids=str)
def test_common_query_finds_its_rows(block: Block, planted: psycopg.Connection[Any]):
    """Each statement of the common queries finds or changes the rows it is about."""
    cursor = planted.execute(block.text)

    counts = [cursor.rowcount]
    while cursor.nextset():
        counts.append(cursor.rowcount)
    assert all(count > 0 for count in counts), counts


@pytest.mark.parametrize("block", NEEDED_INDEX, ids=str)
def test_query_can_be_served_by_the_index_it_names(
    block: Block, schema_session: Session, schema_catalog: Catalog
):
    """Where no other way is left open, the plan uses the index that the comment names."""
    named = SERVED_BY.findall(block.text)[0]
    connection = schema_session.connection()
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    for index in schema_catalog.indexes:
        if index.constraint is None and index.name != named:
            connection.execute(text(f"DROP INDEX {index.name}"))

    plan = explain(connection, block.text)

    assert [step.index_condition for step in plan.walk() if step.index == named] != [None]
    assert named in plan.indexes


def test_python_of_the_quick_reference_runs(schema_session: Session):
    """The blocks of "SQLAlchemy usage" run one after the other, their assertions included."""
    names: dict[str, Any] = {"session": schema_session}
    found = docs_pages.blocks("python", page="docs/QUICK_REFERENCE.md")

    for block in found:
        # Padded, so that a traceback shows the line of the page.
        code = compile("\n" * block.line + block.text, block.page, "exec")
        exec(code, names)  # noqa: S102 - the page is ours

    assert len(found) >= 6


@pytest.mark.parametrize("place", docs_pages.commands())
def test_command_exists(place: str, pytestconfig: pytest.Config):
    """Every command that a page tells to run has the options and sub-commands it is given."""
    program, *words = shlex.split(docs_pages.commands()[place].partition(" > ")[0])

    if program == "pytest":
        _pytest(words, pytestconfig)
    else:
        ACCEPTS[program](words)


@pytest.mark.parametrize("place", docs_pages.links())
def test_link_leads_somewhere(place: str):
    """Every relative link names a file, and a heading in it, that exist."""
    file, anchor = docs_pages.links()[place]

    assert file.exists()
    assert not anchor or anchor in docs_pages.anchors(file)


def test_backup_comes_back_whole(
    schema_database: Database, schema_databases: Databases, schema_catalog: Catalog, tmp_path: Path
):
    """The commands under "Backup & recovery" bring back the catalogue and every row."""
    dump, restore = [
        block.text
        for block in docs_pages.blocks("sh", page="docs/DATABASE_SCHEMA.md")
        if block.section == "Backup & recovery"
    ]
    major = schema_database.server.version // 10000
    try:
        programs = clients(major)
    except SchemaproofError as error:
        pytest.skip(f"pg_dump must be of the server's version: {error}")
    engine = create_engine(schema_database.url, poolclass=NullPool)
    with Session(engine) as session:
        plant(session)
        session.commit()
    with schema_databases.clone() as empty:
        urls = {"DATABASE_URL": libpq(schema_database), "RESTORE_URL": libpq(empty)}
        environment = {**os.environ, **urls, "PATH": f"{programs}:{os.environ['PATH']}"}
        for command in (dump, restore):
            subprocess.run(["bash", "-ec", command], env=environment, cwd=tmp_path, check=True)  # noqa: S607 - found on the PATH, as a reader's is

        with empty.connect() as restored, schema_database.connect() as original:
            for one in difference(schema_catalog, snapshot(restored)):
                assert (one.kind, one.facet) == ("check constraint", "expression")
                assert without_casts(one.left) == without_casts(one.right)
            for table in ("profiles", "images", "activity_logs", "alembic_version"):
                query = f"SELECT {table}::text FROM {table}".encode()
                rows = restored.execute(query).fetchall()
                assert rows == original.execute(query).fetchall() != []


def without_casts(expression: str | None) -> str:
    # PostgreSQL reads its own spelling of IN over varchar back as one cast for each member.
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", expression or "")


def libpq(database: Database) -> str:
    url = database.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


EMBEDDED = 18


def clients(major: int | None = None) -> Path:
    """
    Return the folder of the client programs: of one major version, or whichever there are.

    Some packages of server programs come without them; the embedded one does not.
    """
    folder = find_binaries(major).folder
    if not (folder / "pg_dump").exists():
        if major is not None:
            pytest.skip(f"this PostgreSQL {major} comes without pg_dump")
        return clients(EMBEDDED)
    return folder


def _schemaproof(words: list[str]) -> None:
    name, *rest = words
    if name.startswith("-"):
        schemaproof_commands.make_context("schemaproof", words, resilient_parsing=True)
        return
    _click(schemaproof_commands.commands[name], rest)


def _click(command: click.Command, words: list[str]) -> None:
    with click.Context(command) as context:
        command.make_parser(context).parse_args(words)


def _alembic(words: list[str]) -> None:
    # argparse exits where the words mean nothing.
    arguments: argparse.Namespace = CommandLine().parser.parse_args(words)
    assert hasattr(arguments, "cmd")


def _pytest(words: list[str], config: pytest.Config) -> None:
    for word in words:
        if word.startswith("-"):
            config.getoption(word.partition("=")[0])  # ValueError: there is none of that name
    files = [word.partition("::")[0] for word in words if word.endswith(".py")]
    assert all((ROOT / file).exists() for file in files)


def _tox(words: list[str]) -> None:
    settings = (ROOT / "tox.ini").read_text("utf-8")
    assert set(words[:1]) <= {"-e", "--"}
    names = words[1].split(",") if words[:1] == ["-e"] else []
    assert all(re.search(rf"\b{name}\b", settings) for name in names)


def _python(words: list[str]) -> None:
    if words[0] == "-m":
        assert words[1] in ("schemaproof", "pytest", "venv", "pip")
        return
    assert (ROOT / words[0]).is_file()


def _postgres_client(program: str) -> Callable[[list[str]], None]:
    def accepts(words: list[str]) -> None:
        told = _help(str(clients() / program))
        options = [word.partition("=")[0] for word in words if word.startswith("-")]
        assert all(re.search(rf"{option}\b", told) for option in options)

    return accepts


@functools.cache
def _help(*program: str) -> str:
    command = [*program, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


ACCEPTS: dict[str, Callable[[list[str]], None]] = {
    "schemaproof": _schemaproof,
    "alembic": _alembic,
    "tox": _tox,
    "python": _python,
    "pg_dump": _postgres_client("pg_dump"),
    "pg_restore": _postgres_client("pg_restore"),
}
