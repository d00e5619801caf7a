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
from psycopg import sql

from schemaproof.catalog import QualifiedName, difference, snapshot
from schemaproof.postgres import Database, Databases
from tests.fix_alembic import ROOT, Alembic, finish, start

HEAD = ("0005",)
# Nobody listens there: whoever takes this URL instead of the right one fails.
NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"


def url(database: Database, *, driver: str = "postgresql") -> str:
    return database.url.set(drivername=driver).render_as_string(hide_password=False)


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


@pytest.mark.parametrize("driver", ["postgresql", "postgres", "postgresql+psycopg"])
def test_url_from_the_environment(alembic: Alembic, empty: Database, driver: str):
    """``DATABASE_URL`` names the database, with or without a driver."""
    done = alembic("upgrade", "head", DATABASE_URL=url(empty, driver=driver))

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


def test_the_environment_wins_over_the_ini_file(alembic: Alembic, empty: Database, tmp_path: Path):
    """``DATABASE_URL`` is used even if alembic.ini names another database."""
    ini = ini_with(NOWHERE, tmp_path)

    done = alembic("-c", str(ini), "upgrade", "0001", cwd=tmp_path, DATABASE_URL=url(empty))

    assert done.returncode == 0, done.stderr
    assert version(empty) == ("0001",)


def test_models_and_database_do_not_differ(alembic: Alembic, schema_database: Database):
    """``alembic check`` finds nothing that the models have and the database has not."""
    done = alembic("check", DATABASE_URL=url(schema_database))

    assert done.returncode == 0, done.stdout + done.stderr


def test_down_and_up_from_the_command_line(alembic: Alembic, schema_database: Database):
    """A deployment can be rolled back one revision, or altogether, and made again."""
    where = {"DATABASE_URL": url(schema_database)}

    for command in (("downgrade", "-1"), ("downgrade", "base"), ("upgrade", "head")):
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
        done = alembic("-x", "deploy_lock_wait_s=0", "upgrade", "head", DATABASE_URL=url(empty))

    assert done.returncode != 0
    assert f"pid {other.info.backend_pid}" in done.stderr
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


def test_limits_are_set_before_anything_runs(alembic: Alembic):
    """Without being told, a migration waits 5 s for a lock and runs a statement for 1 min."""
    script = alembic("upgrade", "head", "--sql", DATABASE_URL=NOWHERE).stdout

    assert script.index("SET lock_timeout = '5s'") < script.index("CREATE TABLE")
    assert script.index("SET statement_timeout = '1min'") < script.index("CREATE TABLE")


@pytest.mark.parametrize("way", ["head", "0005:base"], ids=["up", "down"])
def test_offline_script(
    alembic: Alembic,
    way: str,
    empty: Database,
    schema_databases: Databases,
    schema_catalog,
):
    """The script that ``--sql`` writes without a database does what the migration does."""
    up = alembic("upgrade", "head", "--sql", DATABASE_URL=NOWHERE)
    scripts = [up]
    if way != "head":
        scripts.append(alembic("downgrade", way, "--sql", DATABASE_URL=NOWHERE))

    with empty.connect(autocommit=True) as connection:
        for script in scripts:
            assert script.returncode == 0, script.stderr
            play(connection, script)
        found = snapshot(connection)

    if way == "head":
        assert difference(schema_catalog, found) == ()
    else:
        ours = (QualifiedName("public", "alembic_version"),)
        with schema_databases.clone(None) as nothing, nothing.connect() as connection:
            assert difference(snapshot(connection), found, ignore_tables=ours) == ()


def play(connection: psycopg.Connection, script: subprocess.CompletedProcess[str]) -> None:
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
    assert 'down_revision = "0005"' in made.read_text().replace("'", '"')


def test_unwritten_revision_cannot_be_run(alembic: Alembic, tmp_path: Path, empty: Database):
    """A revision in which nobody has written anything refuses to be applied."""
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    shutil.copytree(ROOT / "models", tmp_path / "models")
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    where = {"cwd": tmp_path, "DATABASE_URL": url(empty)}
    alembic("revision", "--rev-id", "0006", "-m", "add colour", cwd=tmp_path)

    done = alembic("upgrade", "head", **where)

    assert "write the change" in done.stderr
    assert version(empty) == HEAD


def test_server_role_needs_no_superuser(alembic: Alembic, empty: Database):
    """The owner of a database can migrate it; nothing asks for more."""
    with empty.connect(autocommit=True) as admin:
        name = sql.Identifier(f"owner_of_{empty.name}")
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(empty.name), name))
        done = alembic(
            "-x",
            f"url={url(empty)}",
            "upgrade",
            "head",
            PGOPTIONS=f"-c role=owner_of_{empty.name}",
        )
        owners = admin.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        admin.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(name))
        admin.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(name))
        admin.execute(sql.SQL("DROP ROLE {}").format(name))

    assert done.returncode == 0, done.stderr
    assert owners == [(f"owner_of_{empty.name}",)]
