"""
The history of the schema: every step can be taken and taken back, and the end is what is promised.

The command line, deployers at once and offline scripts are told in ``test_migration_runs``.
"""

import ast
import re
from pathlib import Path

import psycopg
import pytest

from schemaproof.catalog import QualifiedName, difference, snapshot
from schemaproof.history import History, MigrationFailed, Revision
from schemaproof.postgres import Database, Databases
from tests import facts, rows

VERSIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"
FILES = sorted(VERSIONS.glob("*.py"))
IDS = ["0001", "0002", "0003", "0004", "0005"]
EACH_FILE = pytest.mark.parametrize(
    "file", [pytest.param(file, id=file.stem[16:]) for file in FILES]
)
EACH_REVISION = pytest.mark.parametrize("number", range(len(IDS)), ids=IDS)
ALEMBICS_OWN = (QualifiedName("public", "alembic_version"),)


def contents(database: Database):
    with database.connect() as connection:
        return snapshot(connection)


def changed(left, right) -> list[str]:
    return [str(each) for each in difference(left, right, ignore_tables=ALEMBICS_OWN)]


def test_the_history_is_one_line(schema_history: History):
    """There is one head, and each revision builds on the one before it."""
    revisions = schema_history.revisions

    assert [revision.id for revision in revisions] == IDS
    assert [revision.parents for revision in revisions] == [(), *((each,) for each in IDS[:-1])]
    assert schema_history.heads == ("0005",)


def test_files_are_in_the_order_of_history(schema_history: History):
    """The files, sorted by name, are the revisions in order, and none is left over."""
    assert [revision.path.name for revision in schema_history.revisions] == [
        file.name for file in FILES
    ]


@EACH_FILE
def test_file_name(file: Path):
    """A file is named after the minute it was made and what it does."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{4}_[a-z0-9]+(_[a-z0-9]+)*\.py", file.name)


@EACH_FILE
def test_docstring_tells_the_deployer(file: Path):
    """The docstring says what, why, which lock, and whether the previous release can go on."""
    text = ast.get_docstring(ast.parse(file.read_text())) or ""

    for heading in ("What", "Why", "Lock", "Previous release"):
        assert re.search(rf"^{heading}: \w.{{10,}}", text, re.MULTILINE), heading


@EACH_FILE
def test_file_imports_no_model(file: Path):
    """A revision is history: it does not move when a model does."""
    imported = {
        name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    }

    assert not {name for name in imported if name and name.split(".")[0] in {"models", "schemas"}}


@EACH_FILE
def test_both_directions_are_written(file: Path):
    """Both directions do something, and say what in a docstring."""
    functions = {
        node.name: node
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }

    for name in ("upgrade", "downgrade"):
        _, *statements = functions[name].body
        assert ast.get_docstring(functions[name])
        assert statements
        assert not any(isinstance(each, ast.Pass | ast.Raise) for each in statements)


@EACH_REVISION
def test_up_down_up(schema_history: History, schema_databases: Databases, number: int):
    """A revision changes the schema; taken back, it leaves no trace; again, it is the same."""
    revision: Revision = schema_history.revisions[number]
    with schema_databases.clone(None) as database:
        for parent in revision.parents:
            schema_history.upgrade(database, parent)
        before = contents(database)
        schema_history.upgrade(database, revision.id)
        after = contents(database)
        schema_history.downgrade(database, revision.parents[0] if revision.parents else "base")
        back = contents(database)
        schema_history.upgrade(database, revision.id)
        again = contents(database)

    assert changed(before, after)
    assert changed(before, back) == []
    assert changed(after, again) == []


def test_upgrade_from_empty(schema_history: History, schema_databases: Databases):
    """An empty database becomes the whole schema: tables, foreign keys, indexes and checks."""
    with schema_databases.clone(None) as database:
        schema_history.upgrade(database)
        found = contents(database)

    assert {table.name for table in found.tables} >= {table.name for table in facts.TABLES}
    assert {key.name for key in found.foreign_keys} == {key.name for key in facts.FOREIGN_KEYS}
    assert {index.name for index in found.indexes} >= {index.name for index in facts.INDEXES}
    names = {each.name for each in found.constraints}
    assert names >= {check.name for check in facts.CHECKS}


def test_downgrade_to_empty(schema_history: History, schema_database: Database):
    """All the way back, nothing is left but Alembic's own table."""
    schema_history.downgrade(schema_database, "base")

    found = contents(schema_database)

    assert [table.name for table in found.tables] == ["alembic_version"]
    assert found.functions == ()
    assert found.sequences == ()


def test_initial_revision_makes_tables_keys_and_indexes(
    schema_history: History, schema_databases: Databases
):
    """The first revision alone makes all tables, all foreign keys and the first indexes."""
    with schema_databases.clone(None) as database:
        schema_history.upgrade(database, "0001")
        found = contents(database)

    assert {table.name for table in found.tables} >= {table.name for table in facts.TABLES}
    assert {key.name for key in found.foreign_keys} == {key.name for key in facts.FOREIGN_KEYS}
    assert {index.name for index in found.indexes} >= {
        index.name for index in facts.INDEXES if index.is_initial
    }


def test_rows_survive_every_later_revision(schema_history: History, schema_database: Database):
    """From the second revision on, nothing that goes up or down changes a stored value."""
    with schema_database.connect(autocommit=True) as connection:
        for table in facts.TABLES:
            rows.insert(connection, table.name)
        before = dump(connection)

        schema_history.downgrade(schema_database, "0001")
        assert dump(connection) == before
        schema_history.upgrade(schema_database)

        assert dump(connection) == before


def test_old_rows_that_break_a_check_stop_its_validation(
    schema_history: History, schema_databases: Databases
):
    """NOT VALID goes in beside bad rows; validation refuses, names one, changes nothing."""
    with (
        schema_databases.clone(None) as database,
        database.connect(autocommit=True) as connection,
    ):
        schema_history.upgrade(database, "0002")
        project = rows.insert(connection, "projects", status="on fire")
        schema_history.upgrade(database, "0003")
        with pytest.raises(MigrationFailed, match="ck_projects_status_known"):
            schema_history.upgrade(database, "0004")
        stopped_at = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        with pytest.raises(psycopg.errors.CheckViolation):
            rows.insert(connection, "projects", status="on fire")

        rows.update(connection, "projects", project, status="archived")
        schema_history.upgrade(database, "0004")

    assert stopped_at == ("0003",)


def test_interrupted_index_build_is_mended_by_running_again(
    schema_history: History, schema_databases: Databases
):
    """An INVALID index that a broken build left behind is rebuilt, not stumbled over."""
    name = "ix_projects_created_at"
    with (
        schema_databases.clone(None) as database,
        database.connect(autocommit=True) as connection,
    ):
        schema_history.upgrade(database, "0001")
        connection.execute(f"CREATE INDEX {name} ON projects (created_at)")
        connection.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [name]
        )
        schema_history.upgrade(database, "0002")
        found = {index.name: index.is_valid for index in snapshot(connection).indexes}

    assert found[name]


def dump(connection: psycopg.Connection) -> dict[str, list]:
    """Return every value of every table."""
    return {
        table.name: connection.execute(f"SELECT * FROM {table.name} ORDER BY id").fetchall()
        for table in facts.TABLES
    }
