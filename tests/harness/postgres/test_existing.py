"""
A server that is running is used, and left as it was found.

An embedded server plays the running one.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest
from psycopg import sql

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import Databases, Server, new_prefix, open_server
from tests.harness import traces
from tests.harness.runs import Run

USE = """
import contextlib
from schemaproof.postgres import Databases, open_server
url, prefix = sys.argv[1:]
def build(database):
    # Big enough that a copy takes longer than it takes to notice that the run has ended.
    with database.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT generate_series(1, 500000)")
with (
    open_server(url, prefix=prefix) as server,
    contextlib.closing(Databases(server, prefix=prefix)) as databases,
):
    template = databases.template("made", build)
    with databases.clone(template) as clone, clone.connect() as connection:
        print(clone.name, flush=True)
        {then}
"""

# A run that is always in the middle of making or dropping one.
BUSY = """while True:
            with databases.clone(template):
                pass"""


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """
    A server as others run them: it has a ``template0``, which the embedded one does without.
    """
    with open_server("embedded", prefix="t") as server:
        with server.connect() as admin:
            admin.execute("CREATE DATABASE template0 IS_TEMPLATE true ALLOW_CONNECTIONS false")
        yield server


@pytest.fixture
def url(running: Server) -> str:
    """
    The URL by which a stranger would name that server.
    """
    return running.url.render_as_string(hide_password=False).replace("+psycopg", "")


@pytest.fixture
def prefix() -> str:
    """
    A run's prefix.
    """
    return new_prefix()


@pytest.fixture
def named(running: Server, prefix: str) -> Callable[[], list[str]]:
    """
    A function that lists the databases of that server that bear the prefix.
    """

    def names() -> list[str]:
        with running.connect() as admin:
            return [
                name
                for (name,) in admin.execute(
                    "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
                )
            ]

    return names


@pytest.fixture
def bystander(running: Server) -> Iterator[str]:
    """
    Somebody else's database, with a name that is nearly ours.
    """
    name = sql.Identifier("schemaproof_not_ours")
    with running.connect() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield "schemaproof_not_ours"
        admin.execute(sql.SQL("DROP DATABASE {}").format(name))


def test_what_was_made_is_dropped_and_nothing_else(url, prefix, named, bystander, running):
    """
    Templates and clones go, one with a session in it as well; another's database stays.
    """
    with open_server(url, prefix=prefix) as server:
        databases = Databases(server, prefix=prefix)
        template = databases.template("made", lambda _: None)
        with databases.clone(template):
            assert len(named()) >= 2
        left_open = databases.template("open", lambda _: None)
        assert left_open.name in named()
        databases.close()

    assert named() == []
    with running.connect(bystander) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("then", ["sys.stdin.read()", BUSY], ids=["idle", "busy"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_a_run_that_is_ended_leaves_no_database(number, then, url, prefix, named):
    with Run(USE.format(then=then), url, prefix) as run:
        clone = run.read_line()
        assert clone in named()
        run.signal_group(number)

        assert run.end()[0] == -number
        assert run.left() == []
        assert named() == []


def test_a_database_that_cannot_be_dropped_is_told(url, prefix, named, running, capfd):
    """
    A subscription keeps a database from being dropped; the run itself goes on to its report.
    """
    with open_server(url, prefix=prefix) as server, server.connect() as admin:
        held = sql.Identifier(f"{prefix}_held")
        admin.execute(sql.SQL("CREATE DATABASE {}").format(held))
        with server.connect(f"{prefix}_held") as inside:
            inside.execute(
                "CREATE SUBSCRIPTION held CONNECTION '' PUBLICATION p "
                "WITH (connect = false, slot_name = NONE)"
            )

    assert (
        f"databases named {prefix}… may be left on the server: database" in capfd.readouterr().err
    )
    assert named() == [f"{prefix}_held"]
    with running.connect(f"{prefix}_held") as inside:
        inside.execute("DROP SUBSCRIPTION held")
    with running.connect() as admin:
        admin.execute(sql.SQL("DROP DATABASE {}").format(held))


def test_the_connection_string_is_no_argument(url, prefix):
    """
    Arguments can be read by every user of the machine.
    """
    commands: list[str] = []

    def look() -> list[str]:
        found = traces.processes("_janitor.py").values()
        commands[:] = [text for text in found if "_janitor.py" in text]
        return commands

    with open_server(url, prefix=prefix):
        assert traces.wait_until(look, within_s=10)

    assert [text for text in commands if "host" in text or "/postgres " in text] == []


BAD = {
    "nobody there": ("postgresql://me:s3cret@127.0.0.1:1/x", "found none that lets us in"),
    "no such host": ("postgresql://me:s3cret@nowhere.invalid/x", "found none that lets us in"),
    "another product": ("mysql://me:s3cret@127.0.0.1/x", "needs a PostgreSQL URL; found.*mysql"),
    "a file": ("sqlite:///s3cret.db", "needs a PostgreSQL URL; found.*sqlite"),
    "no URL": ("s3cret@embeded", "takes 'embedded', .* or a URL"),
    "port in letters": ("postgresql://me:s3cret@127.0.0.1:port/x", "takes 'embedded', .* or a URL"),
    "unknown parameter": (
        "postgresql://me:s3cret@127.0.0.1:1/x?sslmod=require",
        "sslmod",
    ),
    "password as a parameter": (
        "postgresql://127.0.0.1:1/x?user=me&password=s3cret",
        "found none that lets us in",
    ),
    "no URL but a connection string": ("host=localhost password=s3cret", "takes 'embedded'"),
    "at sign in the password": (
        "postgresql://me:s3cret@more@127.0.0.1:1/x",
        "found none that lets us in",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_url_that_leads_nowhere_is_told_without_its_password(name, prefix):
    text, told = BAD[name]

    with pytest.raises(SchemaproofError, match=told) as raised:
        open_server(text, prefix=prefix)

    assert "s3cret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_role_that_may_not_make_databases_is_told_so(url, prefix, running):
    with running.connect() as admin:
        admin.execute("CREATE ROLE schemaproof_limited")
        try:
            with pytest.raises(SchemaproofError, match=r"may create databases; .* ALTER ROLE"):
                open_server(f"{url}&options=-crole%3Dschemaproof_limited", prefix=prefix)
        finally:
            admin.execute("DROP ROLE schemaproof_limited")


def test_an_embedded_server_is_used_by_its_url_too(schema_server, prefix):
    """
    It has no ``template0``, and what it has instead is as empty.
    """
    url = schema_server.url.render_as_string(hide_password=False)

    with open_server(url, prefix=prefix) as server:
        databases = Databases(server, prefix=prefix)
        with databases.clone() as database, database.connect() as connection:
            found = connection.execute("SELECT count(*) FROM pg_class WHERE oid >= 16384")
            assert found.fetchone() == (0,)
        databases.close()


def test_a_version_cannot_be_chosen_of_a_running_server(url, prefix):
    with pytest.raises(SchemaproofError, match="leave one of the two out"):
        open_server(url, prefix=prefix, major=17)


def test_an_existing_server_is_not_ours_to_hurry(url, prefix):
    """
    No checkpoint is forced on it, and it goes on when the run is over.
    """
    with open_server(url, prefix=prefix) as server:
        assert server.label == "existing"
        assert not server.owns_machine_time
        assert server.empty_template == "template0"

    with open_server(url, prefix=prefix) as server, server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
