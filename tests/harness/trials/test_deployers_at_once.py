"""
Deployers are processes of their own, and none of them outlives the run.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from schemaproof.project import Project
from schemaproof.trials.deployers import _program, deploy_at_once
from schemaproof.trials.deployers.at_once import NoDeployers
from tests.harness import traces
from tests.harness.miniature import miniature
from tests.harness.runs import Run

DEPLOY = """
from pathlib import Path
from schemaproof.trials.deployers import deploy_at_once
from schemaproof.project import Project
from schemaproof.postgres import Databases, open_server
with open_server("embedded", prefix="t") as server:
    databases = Databases(server, prefix="t")
    with databases.clone() as database:
        print("deploying", flush=True)
        print(deploy_at_once(Project.load(Path(sys.argv[1])), database, count=2), flush=True)
    databases.close()
"""
CONNECTS_TWICE = """
import sqlalchemy
for name in ("one", "two"):
    url = f"postgresql+psycopg://nobody@127.0.0.1/{name}"
    sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool).connect().close()
"""
# A search without an end, in which no other thread of the process has its turn.
SEARCH = """python:import os, re
with open("deployer", "w") as file:
    file.write(str(os.getpid()))
re.match("(a|a)*b", "a" * 99)
"""
SLEEP = "python:import time; time.sleep(600)"


def test_one_that_never_ends_is_not_waited_for(tmp_path, schema_databases):
    """
    When nothing moves any more, those who are left are ended and told.
    """
    project = Project.load(miniature(tmp_path, revisions=[SLEEP]))

    with schema_databases.clone() as database:
        deployers = deploy_at_once(project, database, count=2, patience_s=3)

    assert [one.kind for one in deployers] == ["hung", "hung"]


def test_what_each_one_applied_is_told(tmp_path, schema_databases):
    """
    A deployer alone applies everything, and says how much that was.
    """
    project = Project.load(miniature(tmp_path, revisions=["", ""]))

    with schema_databases.clone() as database:
        (first,) = deploy_at_once(project, database, count=1)
        (second,) = deploy_at_once(project, database, count=1)

    assert (first.kind, first.steps, second.kind, second.steps) == ("done", 2, "done", 0)


def test_where_one_failed_is_told(tmp_path, schema_databases):
    """
    The file, the line, the statement and the server's words come from the other process.
    """
    project = Project.load(miniature(tmp_path, revisions=["SELECT 1/0"]))

    with schema_databases.clone() as database:
        (deployer,) = deploy_at_once(project, database, count=1)

    assert deployer.told == "DivisionByZero 22012: division by zero"
    assert (deployer.path.name, deployer.line) == ("r1_step.py", 12)
    assert deployer.statement == "SELECT 1/0"


def test_one_whose_process_dies_is_told(tmp_path, schema_databases):
    """
    A process that ends without a word has failed.
    """
    step = "python:import os; os._exit(0)"
    project = Project.load(miniature(tmp_path, revisions=[step]))

    with schema_databases.clone() as database:
        (deployer,) = deploy_at_once(project, database, count=1)

    assert (deployer.kind, deployer.told) == ("failed", "its process ended without a word")


def test_an_env_that_connects_to_two_databases_is_refused(tmp_path, schema_databases):
    """
    What is impossible for one deployer is told as such, and not as what became of it.
    """
    path = miniature(tmp_path, revisions=[""])
    env = path / "migrations" / "env.py"
    env.write_text(f"{CONNECTS_TWICE}{env.read_text()}")

    with (
        schema_databases.clone() as database,
        pytest.raises(NoDeployers, match="connects to 'one' and 'two'"),
    ):
        deploy_at_once(Project.load(path), database, count=2)


def test_why_the_processes_end_at_once_is_told(tmp_path, schema_databases, monkeypatch):
    """
    The last line that the program wrote is in the sentence.
    """
    project = Project.load(miniature(tmp_path, revisions=[""]))
    monkeypatch.setattr(sys, "path", [])

    with (
        schema_databases.clone() as database,
        pytest.raises(NoDeployers, match=r"at once \(ModuleNotFoundError: No module named '"),
    ):
        deploy_at_once(project, database, count=2)


def test_the_program_ends_when_its_standard_input_closes(tmp_path, schema_databases):
    """
    However the other side ended, nobody is waited for, and nobody is left.
    """
    step = "python:import time\nopen('begun', 'w').close()\ntime.sleep(600)"
    project = Project.load(miniature(tmp_path, revisions=[step]))

    with schema_databases.clone() as database:
        order = {
            "path": sys.path,
            "project": str(project.root),
            "server": database.server.hand_over(),
            "database": database.name,
            "count": 1,
            "quiet_s": 1.0,
            "patience_s": 300.0,
        }
        with subprocess.Popen(
            [sys.executable, "-I", _program.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as program:
            program.stdin.write(f"{json.dumps(order)}\n")
            program.stdin.flush()
            assert traces.wait_until((tmp_path / "begun").exists, within_s=30)
            program.stdin.close()
            is_over = traces.wait_until(lambda: program.poll() is not None, within_s=10)
            program.kill()
            (told,) = json.loads(program.stdout.read() or "[{}]")

    assert is_over
    assert told == {"kind": "hung"}


def test_what_reads_standard_input_reads_nothing(tmp_path, schema_databases):
    """
    What the run says there is meant for the program, and its end for nobody's migration.
    """
    step = "python:import sys\nassert sys.stdin.read() == ''"
    project = Project.load(miniature(tmp_path, revisions=[step]))

    with schema_databases.clone() as database:
        (deployer,) = deploy_at_once(project, database, count=1, patience_s=5)

    assert (deployer.kind, deployer.told) == ("done", "")


@pytest.mark.skipif(sys.platform != "linux", reason="a process is looked up in /proc")
def test_one_that_hears_nothing_is_killed(tmp_path, schema_databases):
    """
    A deployer that cannot end by itself is ended, and not left to burn a processor.
    """
    project = Project.load(miniature(tmp_path, revisions=[SEARCH]))

    with schema_databases.clone() as database:
        (deployer,) = deploy_at_once(project, database, count=1, patience_s=2)
    process = Path("/proc", (tmp_path / "deployer").read_text())
    is_gone = traces.wait_until(lambda: not process.exists(), within_s=2)
    if not is_gone:
        os.kill(int(process.name), signal.SIGKILL)

    assert (deployer.kind, is_gone) == ("hung", True)


@pytest.mark.skipif(sys.platform != "linux", reason="what a run has is looked up in /proc")
@pytest.mark.parametrize("victim", ["run", "program", "both"])
def test_nothing_is_left_of_a_run_that_is_killed(tmp_path, victim):
    """
    Deployers end with the program that started them, and that one with the run.
    """
    path = miniature(tmp_path, revisions=[SLEEP])
    with Run(DEPLOY, str(path)) as run:
        run.read_line()
        program = run.wait_for_process("_program.py")
        # Its server's session: a deployer is in the middle of its revision.
        run.wait_for_process("postgres:", "idle in transaction")

        if victim != "run":
            os.kill(program, signal.SIGKILL)
        if victim != "program":
            os.kill(run.process.pid, signal.SIGKILL)

        assert run.left() == []
