"""
A command runs in a group of its own, and nothing of it outlives whoever asked for it.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from schemaproof.mutation.suite.processes import Processes
from tests.harness.traces import wait_until

# It says who it is, and then waits, as does a child of its own.
WAITS = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path("pids").write_text(f"{os.getpid()} {child.pid}")
time.sleep(60)
"""


def processes(root: Path, program: str) -> Processes:
    return Processes([sys.executable, "-c", program], root)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Whoever was killed and not yet waited for is still there, as a zombie.
    return ") Z " not in Path(f"/proc/{pid}/stat").read_text()


def pids(root: Path) -> list[int]:
    file = root / "pids"
    assert wait_until(lambda: file.is_file() and file.read_text(), within_s=20)
    return [int(each) for each in file.read_text().split()]


def test_what_it_prints_and_its_status_are_returned(tmp_path):
    """
    Both of its outputs, whatever bytes they are.
    """
    program = "import os, sys; os.write(2, b'\\xff'); print('seen'); sys.exit(3)"

    status, output = processes(tmp_path, program).run(os.environ, None)

    assert status == 3
    assert output == "\N{REPLACEMENT CHARACTER}seen\n"


def test_who_takes_too_long_is_ended_with_its_children(tmp_path):
    status, _ = processes(tmp_path, WAITS).run(os.environ, 2.0)

    assert status is None
    assert wait_until(lambda: not any(map(is_running, pids(tmp_path))), within_s=10)


def test_what_runs_in_another_thread_is_ended_at_once(tmp_path):
    """
    And whoever asks for the next one after that gets none.
    """
    running, ended = processes(tmp_path, WAITS), []
    thread = threading.Thread(target=lambda: ended.append(running.run(os.environ, None)))
    thread.start()
    started = pids(tmp_path)

    running.close()
    thread.join(timeout=10)

    assert [status for status, _ in ended] == [-15]
    assert wait_until(lambda: not any(map(is_running, started)), within_s=10)
    with pytest.raises(InterruptedError):
        running.run(os.environ, None)
