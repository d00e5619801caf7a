"""
Nothing of a run is left behind, however it ends.

Each run is a process of its own that is ended in one way. Afterwards there must be no process, no
directory, no socket and no System V segment of it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from schemaproof.postgres import _places
from tests.harness import traces
from tests.harness.runs import Run

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="what a run has is looked up in /proc: run these on Linux"
)

SERVE = """
from schemaproof.postgres import Databases, open_server
with open_server("embedded", prefix="t") as server, server.connect() as connection:
    print(server.url.query["host"], flush=True)
    {then}
"""

# A build that is still at work when the run is ended.
BUILD = """
from schemaproof.postgres import Databases, open_server
def build(database):
    with database.connect() as connection:
        print("building", flush=True)
        connection.execute("CREATE TABLE t AS SELECT generate_series(1, 100000) AS n")
        connection.execute("SELECT pg_sleep(60)")
with open_server("embedded", prefix="t") as server:
    Databases(server, prefix="t").template("slow", build)
"""


def test_a_run_that_ends_well_leaves_nothing():
    with Run(SERVE.format(then="connection.execute('SELECT 1')")) as run:
        status, _, errors = run.end()

        assert (status, errors) == (0, "")
        assert run.left() == []


def test_a_run_is_seen_while_it_lasts():
    """
    The four ways of looking each see a living run, so their silence afterwards means something.
    """
    with Run(SERVE.format(then="sys.stdin.read()")) as run:
        directory = Path(run.read_line())

        commands = " ".join(traces.processes(run.word).values())
        assert "_keeper.py" in commands
        assert "postgres" in commands
        assert [directory] == traces.directories(run.word)
        assert traces.sockets(run.word)
        server = run.wait_for_process("postgres", "-D")
        maker = [line.split()[4] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
        assert str(server) in maker


def test_a_segment_without_a_living_maker_is_seen():
    with Run(SERVE.format(then="sys.stdin.read()")) as run:
        run.read_line()
        keeper = run.wait_for_process("_keeper.py")
        os.kill(keeper, signal.SIGSTOP)
        server = run.wait_for_process("postgres", "-D")
        os.kill(server, signal.SIGKILL)

        # Its keeper is its parent and cannot reap it yet, so it is still a process, of a kind.
        new = traces.wait_until(
            lambda: any(
                line.split()[6] == "0" and line.split()[4] == str(server)
                for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
            ),
            within_s=5,
        )
        os.kill(keeper, signal.SIGCONT)

        assert new
        run.process.kill()
        assert run.left() == []


@pytest.mark.parametrize(
    ("then", "number", "status"),
    [
        pytest.param("1 / 0", None, 1, id="exception"),
        pytest.param("os._exit(7)", None, 7, id="exit without any clearing up"),
        pytest.param("sys.stdin.read()", signal.SIGINT, -signal.SIGINT, id="Ctrl-C"),
        pytest.param("sys.stdin.read()", signal.SIGTERM, -signal.SIGTERM, id="SIGTERM"),
        pytest.param("sys.stdin.read()", signal.SIGHUP, -signal.SIGHUP, id="terminal closed"),
        pytest.param("sys.stdin.read()", signal.SIGKILL, -signal.SIGKILL, id="SIGKILL"),
    ],
)
def test_a_serving_run_leaves_nothing(then, number, status):
    with Run(SERVE.format(then=then)) as run:
        run.read_line()
        if number is not None:
            run.signal_group(number)

        assert status == run.end()[0]
        assert run.left() == []


PHASES = [
    pytest.param(["_keeper.py"], id="keeper starts"),
    pytest.param(["initdb"], id="initdb starts"),
    pytest.param(["postgres", "--boot"], id="bootstrap"),
    pytest.param(["postgres", "--single"], id="single-user"),
    pytest.param(["postgres", "-D", "listen_addresses"], id="server starts"),
]


@pytest.mark.parametrize("parts", PHASES)
def test_a_cold_start_that_is_killed_leaves_nothing(parts, tmp_path):
    """
    SIGKILL meets the run while initdb and its children write into its directory.
    """
    program = SERVE.format(then="sys.stdin.read()")
    with Run(program, SCHEMAPROOF_CACHE_DIR=str(tmp_path)) as run:
        run.wait_for_process(*parts)
        run.signal_group(signal.SIGKILL)

        assert run.left() == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_while_it_builds_a_template_leaves_nothing(number):
    with Run(BUILD) as run:
        assert run.read_line() == "building"
        run.signal_group(number)

        assert -number == run.end()[0]
        assert run.left() == []


def test_a_killed_server_leaves_nothing_when_its_run_ends():
    with Run(SERVE.format(then="sys.stdin.read()")) as run:
        run.read_line()
        os.kill(run.wait_for_process("postgres", "-D"), signal.SIGKILL)
        run.process.kill()

        assert run.left() == []


NEXT = """
_places.PREFIX = "schemaproof-" + sys.argv[1] + "-"
from schemaproof.postgres import open_server
with open_server("embedded", prefix="t"):
    pass
"""


@pytest.mark.parametrize("victims", [["keeper"], ["keeper", "server"]])
def test_the_next_run_clears_up_after_a_killed_keeper(victims):
    """
    SIGKILL of keeper and run leaves a server, which the next run stops and clears away.
    """
    with Run(SERVE.format(then="sys.stdin.read()")) as run:
        directory = Path(run.read_line())
        pids = {
            "keeper": run.wait_for_process("_keeper.py"),
            "server": run.wait_for_process("postgres", "-D"),
        }
        for victim in victims:
            os.kill(pids[victim], signal.SIGKILL)
        run.process.kill()
        run.process.wait()
        assert directory.exists()
        # Old enough for a sweep, which spares directories that are just being made.
        os.utime(directory, (0, 0))

        with Run(NEXT, run.word) as following:
            assert following.end()[0] == 0

        assert run.left() == []


def test_the_next_run_waits_for_the_processes_of_a_killed_server():
    """
    They end one by one, and as long as one is there the server's segment cannot be known as free.
    """
    with Run(SERVE.format(then="sys.stdin.read()")) as run:
        directory = Path(run.read_line())
        server = run.wait_for_process("postgres", "-D")
        last = run.wait_for_process("checkpointer")
        os.kill(last, signal.SIGSTOP)
        for victim in (run.wait_for_process("_keeper.py"), server, run.process.pid):
            os.kill(victim, signal.SIGKILL)
        run.process.wait()
        os.utime(directory, (0, 0))

        with Run(NEXT, run.word) as following:
            # Who does not wait is done by then.
            traces.wait_until(lambda: not directory.exists(), within_s=2)
            os.kill(last, signal.SIGCONT)
            assert following.end()[0] == 0

        assert run.left() == []


def test_a_sweep_spares_a_living_run():
    with Run(SERVE.format(then="sys.stdin.read(); connection.execute('SELECT 1')")) as run:
        directory = Path(run.read_line())
        os.utime(directory, (0, 0))

        with Run(NEXT, run.word) as following:
            assert following.end()[0] == 0

        assert directory.exists()
        assert run.end() == (0, "", "")


@pytest.mark.parametrize(
    "name", ["schemaproof-checkout", "schemaproof-", "schemaproof-0123456789abcdef"]
)
def test_a_sweep_spares_what_is_not_a_runs(name, tmp_path):
    """
    A folder of somebody's own that only begins like one of ours, or bears no lock.
    """
    folder = tmp_path / name
    folder.mkdir()
    (folder / "work").touch()
    os.utime(folder, (0, 0))

    _places.sweep(tmp_path, uid=os.geteuid())

    assert [path.name for path in folder.iterdir()] == ["work"]
