"""
How migrations are run: from the command line, offline, by several deployers, beside other work.
"""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from schemaproof.catalog import Catalog, QualifiedName, difference, snapshot
from schemaproof.postgres import Database, Databases
from tests.fix_alembic import ROOT, Alembic, finish, start

HEAD = ("0005",)
ALEMBICS_OWN = (QualifiedName("public", "alembic_version"),)
# Nobody listens there: whoever takes this URL instead of the right one fails.
NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"


def url(database: Database, *, scheme: str = "postgresql") -> str:
    return database.url.set(drivername=scheme).render_as_string(hide_password=False)


def version(database: Database) -> tuple[str] | None:
    with database.connect() as connection:
        if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()


@pytest.fixture
def empty(schema_databases: Databases):
    """
    An empty database for one test.
    """
    with schema_databases.clone(None) as database:
        yield database


def ini_with(url_: str, folder: Path) -> Path:
    text = (ROOT / "alembic.ini").read_text().replace("%(here)s", str(ROOT))
    text = re.sub(
        r"^sqlalchemy\.url = .*$",
        lambda _: "sqlalchemy.url = " + url_.replace("%", "%%"),
        text,
        flags=re.MULTILINE,
    )
    ini = folder / "alembic.ini"
    ini.write_text(text)
    return ini


def test_url_from_the_environment(alembic: Alembic, empty: Database):
    """``DATABASE_URL`` wins over alembic.ini, also in the form that hosting providers use."""
    done = alembic("upgrade", "head", DATABASE_URL=url(empty, scheme="postgres"))

    assert done.returncode == 0, done.stderr
    assert version(empty) == HEAD


def test_url_from_x(alembic: Alembic, empty: Database):
    """``-x url=`` names the database, and wins over the environment."""
    done = alembic("-x", f"url={url(empty)}", "upgrade", "head", DATABASE_URL=NOWHERE)

    assert done.returncode == 0, done.stderr
    assert version(empty) == HEAD


def test_url_from_the_ini_file(alembic: Alembic, empty: Database, tmp_path: Path):
    """``sqlalchemy.url`` names the database if nothing else does, from whatever folder."""
    ini = ini_with(url(empty), tmp_path)

    done = alembic("-c", str(ini), "upgrade", "head", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert version(empty) == HEAD


def test_models_and_database_do_not_differ(alembic: Alembic, schema_database: Database):
    """``alembic check`` finds nothing that the models have and the database has not."""
    done = alembic("check", DATABASE_URL=url(schema_database))

    assert done.returncode == 0, done.stdout + done.stderr


def test_down_and_up_from_the_command_line(alembic: Alembic, schema_database: Database):
    """A deployment can be rolled back, and made again."""
    where = {"DATABASE_URL": url(schema_database)}

    for command in (("downgrade", "-1"), ("upgrade", "head")):
        done = alembic(*command, **where)
        assert done.returncode == 0, done.stderr

    assert version(schema_database) == HEAD


@pytest.mark.parametrize("deployers", [2, 4])
def test_deployers_take_turns(empty: Database, deployers: int):
    """However many deploy at once, all succeed and each revision runs once."""
    started = [start("upgrade", "head", DATABASE_URL=url(empty)) for _ in range(deployers)]

    done = [finish(process) for process in started]

    assert [each.returncode for each in done] == [0] * deployers, [each.stderr for each in done]
    ran = "".join(each.stderr for each in done).count("Running upgrade")
    assert ran == 5
    assert version(empty) == HEAD


def test_deployer_that_waits_too_long_says_for_whom(alembic: Alembic, empty: Database):
    """Whoever cannot get the deploy lock gives up, names its holder, and changes nothing."""
    key = int.from_bytes(b"PIXCRAWL", "big")
    with empty.connect(autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [key])
        holder = f"pid {other.info.backend_pid}"
        done = alembic("-x", "deploy_lock_wait_s=0", "upgrade", "head", DATABASE_URL=url(empty))

    assert done.returncode != 0
    assert holder in done.stderr
    assert version(empty) is None


def test_migration_gives_up_a_lock_that_is_not_free(alembic: Alembic, schema_database: Database):
    """A table in use is not waited for longer than ``lock_timeout``, and stays as it was."""
    with schema_database.connect() as other:
        other.execute("LOCK TABLE profiles IN ACCESS SHARE MODE")
        done = alembic(
            "-x", "lock_timeout=50ms", "downgrade", "0004", DATABASE_URL=url(schema_database)
        )

    assert done.returncode != 0
    assert "lock timeout" in done.stderr
    assert version(schema_database) == HEAD


def test_offline_scripts(
    alembic: Alembic, empty: Database, schema_databases: Databases, schema_catalog: Catalog
):
    """The scripts that ``--sql`` writes without a database do what the migrations do, both ways."""
    up = alembic("upgrade", "head", "--sql", DATABASE_URL=NOWHERE)
    down = alembic("downgrade", "0005:base", "--sql", DATABASE_URL=NOWHERE)
    with schema_databases.clone(None) as untouched, untouched.connect() as connection:
        nothing = snapshot(connection)

    with empty.connect(autocommit=True) as connection:
        play(connection, up)
        whole = snapshot(connection)
        play(connection, down)
        back = snapshot(connection)

    assert difference(schema_catalog, whole) == ()
    assert difference(nothing, back, ignore_tables=ALEMBICS_OWN) == ()
    limits = up.stdout.partition("CREATE TABLE")[0]
    assert "SET lock_timeout = '5s'" in limits
    assert "SET statement_timeout = '1min'" in limits


def play(connection: psycopg.Connection, script: subprocess.CompletedProcess[str]) -> None:
    assert script.returncode == 0, script.stderr
    # One at a time: several in one message are one transaction, and CONCURRENTLY refuses that.
    for statement in re.split(r";\n\n", script.stdout):
        if statement.strip():
            connection.execute(statement)


def test_template_starts_a_revision_by_the_house_rules(alembic: Alembic, tmp_path: Path):
    """``alembic revision`` writes a file with the name and headings that this history has."""
    shutil.copytree(
        ROOT / "migrations", tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    today = datetime.now(UTC)

    done = alembic("revision", "--rev-id", "0006", "-m", "add colour", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    (made,) = (tmp_path / "migrations" / "versions").glob("*_add_colour.py")
    assert made.name.startswith(f"{today:%Y-%m-}")
    for line in ('"""\nadd colour.', "What: ", "Why: ", "Lock: ", "Previous release: "):
        assert line in made.read_text()
    assert "down_revision = '0005'" in made.read_text()
    # What nobody has written cannot be applied.
    assert made.read_text().count("raise NotImplementedError") == 2
