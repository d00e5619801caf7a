"""
Run a command again and again, each time in a process group of its own, and leave none behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

# So long may a process take to end its own server when it is asked to end.
GRACE_S = 5.0


class Processes:
    """
    The processes of one command.

    Args:
        words: The command.
        root: Where it runs.
    """

    def __init__(self, words: Sequence[str], root: Path) -> None:
        self._words, self._root = [*words], root
        self._running: set[subprocess.Popen[str]] = set()
        self._is_closed = False
        self._lock = threading.Lock()

    def run(self, env: Mapping[str, str], patience_s: float | None) -> tuple[int | None, str]:
        """
        Return the status that it ends with, None if it had to be ended, and what it printed.

        Raises:
            OSError: It cannot be run.
        """
        process = self._start(env)
        try:
            output, _ = process.communicate(timeout=patience_s)
        except subprocess.TimeoutExpired:
            _end(process)
            # What it said until then is read, or a full pipe would stay in its way.
            return None, process.communicate()[0]
        except BaseException:
            _end(process)
            raise
        finally:
            with self._lock:
                self._running.discard(process)
        return process.returncode, output

    def close(self) -> None:
        """
        End what still runs in other threads, and start nothing more.
        """
        with self._lock:
            self._is_closed, running = True, [*self._running]
        for process in running:
            _end(process)

    def _start(self, env: Mapping[str, str]) -> subprocess.Popen[str]:
        with self._lock:
            if self._is_closed:
                raise InterruptedError("the run is over")
            process = subprocess.Popen(
                self._words,
                cwd=self._root,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # It may print anything, and only the names of tests are looked for.
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._running.add(process)
        return process


def _end(process: subprocess.Popen[str]) -> None:
    # It is asked first, so that it can end its server.
    for number, patience_s in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
            return
