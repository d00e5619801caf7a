"""
Hold the pipe whose closing ends a server: the run's side of `_keeper`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import _keeper, _places
from schemaproof.postgres._account import Account

CLOSE_WITHIN_S = 15.0


class ServerFailed(SchemaproofError):
    """PostgreSQL or one of its tools did not do what it was started for."""


class Lifeline:
    """
    A directory and the server in it, both gone when this process is.

    The keeper is started before the directory is made, so that there is no moment at which
    this process could be killed and leave something behind.
    """

    def __init__(self, account: Account, home: Path) -> None:
        self.directory = home / f"{_places.PREFIX}{secrets.token_hex(8)}"
        self._account = account
        self._turn = threading.Lock()
        self._keeper = subprocess.Popen(
            [
                sys.executable,
                *("-I", "-S", _keeper.__file__),
                *(str(self.directory), str(account.uid), str(account.gid)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        self._held = contextlib.ExitStack()
        try:
            self.directory.mkdir(mode=0o700)
            self._held.enter_context(_places.held(self.directory))
            if os.geteuid() == 0:
                os.chown(self.directory, account.uid, account.gid)
        except BaseException:
            self.close()
            raise

    @property
    def data(self) -> Path:
        """
        The data directory of the server.
        """
        return self.directory / "data"

    def run(self, *argv: str, feed: Path = Path(os.devnull)) -> None:
        """
        Run one of PostgreSQL's tools to its end, as the server's account.

        Raises:
            ServerFailed: The tool's exit status was not 0.
        """
        status = self._ask("run", str(feed), *argv)
        if status != "0":
            raise ServerFailed(self._told(Path(argv[0]).name, status, "tools.log"))

    def start(self, *argv: str) -> None:
        """
        Start the server and wait until it accepts connections.

        Raises:
            ServerFailed: It ended, or was not ready within a minute.
        """
        status = self._ask("start", *argv)
        if status != "ready":
            raise ServerFailed(self._told("postgres", status, "server.log"))

    def stop(self, signal_number: int) -> None:
        """
        End the server and keep the directory.
        """
        self._ask("stop", str(signal_number))

    def crash(self) -> None:
        """
        Kill the server with all its processes at once, and keep the directory as it is then.

        Raises:
            ServerFailed: Some of it is still there.
        """
        answer = self._ask("crash")
        if answer != "crashed":
            raise ServerFailed(f"needs a server that can be killed; found: {answer}")

    def close(self) -> None:
        """
        End the server and remove the directory.
        """
        with self._turn:
            self._held.close()
            if self._keeper.stdin is None or self._keeper.stdin.closed:
                return
            with contextlib.suppress(BrokenPipeError):
                self._keeper.stdin.close()
            try:
                self._keeper.wait(CLOSE_WITHIN_S)
            finally:
                if self._keeper.stdout is not None:
                    self._keeper.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, *words: str) -> str:
        with self._turn:
            stdin, stdout = self._keeper.stdin, self._keeper.stdout
            if stdin is None or stdout is None or stdin.closed:
                raise ServerFailed("the server was asked for something after it was closed")
            try:
                stdin.write(_keeper.SEPARATOR.join(words).encode() + b"\n")
                stdin.flush()
                return stdout.readline().decode().strip()
            except BrokenPipeError:
                return "the keeper is gone"

    def _told(self, program: str, status: str, log_name: str) -> str:
        log = self.directory / log_name
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        told = next((line for line in lines if "FATAL" in line or "error" in line), None)
        words = told or (lines[-1] if lines else "it printed nothing")
        return f"{program} failed ({status}) in {self.directory}: {words}"
