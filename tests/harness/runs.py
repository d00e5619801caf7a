"""
Start runs as processes of their own, so that they can be ended in every way a process can end.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.harness import traces

# A run's directories bear its word; all else is the package as it is.
NAMED = """
import os, sys
from schemaproof.postgres import _places
_places.PREFIX = "schemaproof-" + os.environ["SCHEMAPROOF_TEST_RUN"] + "-"
"""

COMMAND_LINE = """
from schemaproof.cli import main
sys.exit(main(sys.argv[1:]))
"""

GONE_WITHIN_S = 20.0


class Run:
    """
    A Python program in a process group of its own, and everything that it has on the machine.

    Whatever is left when the ``with`` block ends is killed, so that no test disturbs the next.

    Args:
        program: What it runs; `NAMED` goes before it.
        arguments: Its ``sys.argv[1:]``.
        user: The user it runs as; None for ours.
        names: Whether its directories bear its word; without, only its processes do.
        python: The interpreter.
        env: What is added to the environment.

    Attributes:
        word: The run's own word.
        process: Its first process.
    """

    def __init__(
        self,
        program: str,
        *arguments: str,
        user: int | None = None,
        names: bool = True,
        python: str = sys.executable,
        **env: str,
    ) -> None:
        # Short: the path of a socket has 107 bytes.
        self.word = secrets.token_hex(4)
        self._segments_before = set(traces.segments())
        self.process = subprocess.Popen(
            [python, "-c", (NAMED if names else "") + program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **env, traces.WORD: self.word},
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )

    def read_line(self) -> str:
        """
        Wait for a line of its output.
        """
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, self.process.communicate()[1]
        return line

    def wait_for_process(self, *parts: str) -> int:
        """
        Wait until a process of the run has these words in its command line; return its id.
        """
        found: list[int] = []

        def look() -> list[int]:
            found[:] = [
                pid
                for pid, command in traces.processes(self.word).items()
                if all(part in command for part in parts)
            ]
            return found

        assert traces.wait_until(look, within_s=20), f"never saw {parts}: {self.left()}"
        return found[0]

    def wait_for_directory(self) -> Path:
        """
        Wait until the run has a directory.
        """
        assert traces.wait_until(lambda: traces.directories(self.word), within_s=20)
        return traces.directories(self.word)[0]

    def signal_group(self, number: signal.Signals) -> None:
        """
        Send a signal to the process group, as a terminal does.
        """
        os.killpg(self.process.pid, number)

    def end(self) -> tuple[int, str, str]:
        """
        Wait for the end; return exit status, output and errors.
        """
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err

    def left(self) -> list[str]:
        """
        Return what is left of the run once nothing more goes away.
        """
        traces.wait_until(lambda: not self._left(), within_s=GONE_WITHIN_S)
        return self._left()

    def _left(self) -> list[str]:
        # In this order: what ends between the two looks leaves its segment to the second.
        left = traces.all_of(self.word)
        return left + [
            f"segment {segment}"
            for segment, is_abandoned in traces.segments().items()
            if is_abandoned and segment not in self._segments_before
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()
        # Its keeper is given the time to clear up; only what hangs is killed.
        self.left()
        for pid in traces.processes(self.word):
            os.kill(pid, signal.SIGKILL)
