"""
A server that is killed on purpose keeps what it had committed, and nothing of it is left behind.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psycopg
import pytest

from schemaproof.postgres import Databases, Server, ServerNotOurs, open_durable
from tests.harness.runs import Run

CRASHED = """
from schemaproof.postgres import open_durable, open_server
with open_server("embedded", prefix="t") as server, open_durable(server) as durable:
    durable.crash()
    {then}
    print("crashed", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def durable(schema_server):
    """A durable server for the tests of this file, up again after each of them."""
    with open_durable(schema_server) as server:
        yield server


def test_it_waits_for_its_log_as_in_production(durable):
    """
    Nothing is committed before it is written, and its version is that of the run's server.
    """
    names = ("fsync", "synchronous_commit", "full_page_writes")

    with durable.connect() as connection:
        settings = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in names}

    assert settings == dict.fromkeys(names, "on")


def test_it_has_the_version_of_the_other_server(durable, schema_server):
    assert durable.version == schema_server.version


def test_what_was_committed_is_kept_and_what_was_not_is_gone(durable):
    """
    After two crashes in a row, too.
    """
    with durable.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
    session = durable.connect(autocommit=False)
    session.execute("INSERT INTO t VALUES (2)")
    for _ in range(2):
        durable.crash()
        durable.recover()

    with durable.connect() as connection:
        assert connection.execute("TABLE t").fetchall() == [(1,)]
        connection.execute("DROP TABLE t")
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    session.close()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_it_is_down_until_it_recovers(durable):
    """
    A crash ends every process of it, those that were at work too.
    """
    with durable.connect() as connection:
        pids = [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity").fetchall()]
    durable.crash()

    assert durable.is_down
    with pytest.raises(psycopg.OperationalError):
        durable.connect()
    assert [pid for pid in pids if _is_alive(pid)] == []
    durable.recover()
    assert not durable.is_down
    durable.connect().close()


def test_a_template_survives_and_is_copied_again(durable):
    """
    Copies are made when they are asked for, so that none is half made when the server dies.
    """
    databases = Databases(durable, prefix="durable")

    def build(database):
        with database.connect(autocommit=True) as connection:
            connection.execute("CREATE TABLE t AS SELECT 7 AS n")

    template = databases.template("seven", build)
    with databases.copied(template) as copy:
        durable.crash()
        durable.recover()
        with copy.connect() as connection:
            assert connection.execute("TABLE t").fetchall() == [(7,)]
    assert databases.template("seven", pytest.fail) == template


def test_a_template_may_begin_as_a_copy_of_another(schema_databases):
    """
    What is built on another template begins with what that one holds.
    """
    found = []

    def build(database):
        with database.connect(autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS t AS SELECT 7 AS n")
            found.append(connection.execute("INSERT INTO t VALUES (8) RETURNING n").rowcount)

    first = schema_databases.template("durable first", build)
    second = schema_databases.template("durable second", build, source=first)

    with schema_databases.copied(second) as copy, copy.connect() as connection:
        assert connection.execute("SELECT n FROM t ORDER BY n").fetchall() == [(7,), (8,), (8,)]


def test_a_server_of_others_is_never_killed(schema_server):
    """
    Where the run's server was given by URL, there is no durable one, and that is said.
    """
    lent = Server(schema_server.url, label="existing", empty_template="template0")

    with pytest.raises(ServerNotOurs, match="leave --server out"):
        open_durable(lent)


@pytest.mark.skipif(sys.platform != "linux", reason="what a run has is looked up in /proc")
@pytest.mark.parametrize("then", ["pass", "durable.recover()"], ids=["down", "up again"])
def test_a_run_that_is_killed_after_a_crash_leaves_nothing(then):
    """
    Neither a segment of the server that was killed, nor the one that was started again.
    """
    with Run(CRASHED.format(then=then)) as run:
        run.read_line()

        os.kill(run.process.pid, signal.SIGKILL)

        assert run.left() == []


def _is_alive(pid):
    try:
        # A zombie, which somebody has yet to reap, has no command line.
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False
