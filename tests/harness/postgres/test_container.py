"""
A server in a container serves as an embedded one does, and nobody else gets in.
"""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from schemaproof.postgres import (
    Databases,
    Server,
    ServerFailed,
    _container,
    open_durable,
    open_server,
)
from schemaproof.postgres._engine import Engine, NoImage
from tests.harness.acceptance.conftest import TWO_TABLES, TWO_TABLES_UP
from tests.harness.miniature import Step, miniature
from tests.harness.runs import COMMAND_LINE, Run

PYTEST = "import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))"
REPOSITORY = Path(__file__).parents[3]

USES_A_DATABASE = """
import pytest

@pytest.mark.parametrize("n", range(4))
def test_it_is_ours(n, schema_database, schema_server):
    assert schema_server.label == "container"
    with schema_database.connect(autocommit=True) as connection:
        connection.execute("INSERT INTO authors DEFAULT VALUES")
        assert connection.execute("SELECT count(*) FROM authors").fetchone() == (1,)
"""


@pytest.fixture(scope="module")
def durable(contained):
    with open_durable(contained) as server:
        yield server


@pytest.fixture
def library(tmp_path):
    """A miniature project without a fault."""
    revisions = [Step(up=TWO_TABLES_UP, down="DROP TABLE books; DROP TABLE authors")]
    return miniature(tmp_path, models=TWO_TABLES, revisions=revisions)


def container_of(server, docker):
    """The container of a server, which it names itself after."""
    with server.connect() as connection:
        (name,) = connection.execute("SELECT pg_read_file('/etc/hostname')").fetchone()
    return docker.containers.get(name.strip())


def shown(connection, name):
    return connection.execute(f"SHOW {name}").fetchone()[0]


def test_it_is_set_up_as_an_embedded_one(contained):
    with contained.connect() as connection:
        fast = [shown(connection, name) for name in ("fsync", "jit", "autovacuum", "timezone")]
        text = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database"
            " WHERE datname = 'template0'"
        ).fetchone()

    assert fast == ["off", "off", "off", "UTC"]
    assert text in (("UTF8", "C"), ("UTF8", "C.UTF-8"))
    assert contained.owns_machine_time


def test_its_data_lies_in_memory(contained, docker):
    with contained.connect() as connection:
        place = Path(shown(connection, "data_directory"))

    kinds = container_of(contained, docker).exec_run(["stat", "-f", "-c", "%T", str(place)])

    assert kinds.output.strip() == b"tmpfs"


def test_no_other_machine_reaches_it(contained, docker):
    ports = container_of(contained, docker).attrs["NetworkSettings"]["Ports"]

    assert {host["HostIp"] for hosts in ports.values() for host in hosts or ()} == {"127.0.0.1"}


def test_nobody_gets_in_without_the_password(contained):
    url = contained.url.set(drivername="postgresql", password="wrong")  # noqa: S106 - that it is wrong is the point

    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(url.render_as_string(hide_password=False))


def test_its_password_is_not_shown(contained):
    password = str(contained.url.password)

    commands = [file for file in Path("/proc").glob("[0-9]*/cmdline") if _has(file, password)]

    assert len(password) >= 32
    assert password not in f"{contained.url!r} {contained.url}"
    assert commands == []


def _has(file, word):
    try:
        return word.encode() in file.read_bytes()
    except OSError:
        return False


def test_templates_are_built_once_and_cloned(contained):
    databases = Databases(contained, prefix="schemaproof_cloned")
    built = []

    def build(database):
        built.append(database.name)
        with database.connect(autocommit=True) as connection:
            connection.execute("CREATE TABLE t (n int)")

    for _ in range(3):
        template = databases.template("one", build)
        with databases.clone(template) as clone, clone.connect() as connection:
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    databases.close()

    assert len(built) == 1


def test_another_process_uses_it(contained):
    other = Server.taken_over(contained.hand_over())

    with open_durable(other) as durable:
        assert (durable.label, durable.version) == ("container", contained.version)


def test_what_was_committed_survives_its_death_and_nothing_else(durable):
    """
    After two crashes in a row, too.
    """
    with durable.connect() as connection:
        assert [shown(connection, n) for n in ("fsync", "full_page_writes")] == ["on", "on"]
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
    session = durable.connect(autocommit=False)
    session.execute("INSERT INTO t VALUES (2)")
    for _ in range(2):
        durable.crash()
        durable.recover()

    with durable.connect() as connection:
        assert connection.execute("SELECT n FROM t").fetchall() == [(1,)]
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    session.close()


def test_a_server_that_is_down_lets_nobody_in(durable):
    durable.crash()

    with pytest.raises(psycopg.OperationalError):
        durable.connect()
    durable.recover()
    durable.connect().close()


def test_the_version_asked_for_is_the_one_that_starts(image, contained):
    with pytest.raises(NoImage, match=rf"PostgreSQL 9; '{image}' has {contained.version // 10000}"):
        open_server(f"container:{image}", prefix="t", major=9)


def test_without_a_name_the_environments_image_is_taken(image, contained, monkeypatch):
    monkeypatch.setenv("SCHEMAPROOF_IMAGE", image)

    with open_server("container", prefix="t") as server:
        assert (server.image, server.version) == (image, contained.version)


def test_what_cannot_start_is_removed(image, docker, monkeypatch):
    """
    The message has PostgreSQL's own words.
    """
    made = []
    create = Engine.create
    monkeypatch.setattr(
        Engine, "create", lambda *words, **how: made.append(create(*words, **how)) or made[-1]
    )
    with pytest.raises(ServerFailed, match=r"failed in its container: .*no_such_setting"):
        _container.launch(image, changed={"no_such_setting": "on"})

    assert made[0].id not in {one.id for one in docker.containers.list(all=True)}


def test_a_project_is_proved_on_it(image, library):
    """
    With the trial of crashes, and only a word of the option is new.
    """
    checks = ("history/survives-crash", "history/round-trip-keeps-data", "references")
    only = [word for check in checks for word in ("--only", check)]
    words = ["verify", str(library), "--server", f"container:{image}", *only]
    with Run(COMMAND_LINE, *words) as run:
        status, out, err = run.end()

    assert status == 0, out + err
    assert re.search(r"survives-crash +1 proved", out)
    assert "(container)" in out


def test_a_table_is_posed_in_it(image):
    """
    Its files are out of reach but through SQL.
    """
    query = "SELECT * FROM images WHERE id = 7"
    words = ["explain-plan", query, "--rows", "1e9", "--server", f"container:{image}"]
    with Run(COMMAND_LINE, *words) as run:
        status, out, err = run.end()

    assert status == 0, out + err
    assert "at 1e9" in out
    assert "images_pkey" in out or "pk_images" in out


def test_the_plugin_uses_it(image, library):
    """
    One server for all workers.
    """
    (library / "test_it.py").write_text(USES_A_DATABASE)
    words = [str(library), "--schemaproof-server", f"container:{image}", "-n", "2", "-q"]
    with Run(PYTEST, *words, "-p", "no:cacheprovider", "-p", "no:randomly") as run:
        status, out, err = run.end()

    assert status == 0, out + err
    assert "4 passed" in out
