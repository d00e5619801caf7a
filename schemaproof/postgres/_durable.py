"""
Bring up a server that keeps what it has committed, to kill it on purpose.

It writes its log before it says that something is committed, as in production, and is killed with
all its processes at once. What the operating system was told to write is written all the same: what
a machine loses when its power fails depends on its disks, and is not tried.

Source: https://www.postgresql.org/docs/current/wal-reliability.html
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import URL

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import _container, _embedded
from schemaproof.postgres.server import Server

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    # What nobody waited for is not kept by chance.
    "wal_writer_delay": "10s",
    # Every start touches all of it.
    "shared_buffers": "16MB",
}


class ServerNotOurs(SchemaproofError):
    """A server that others use was to be killed."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            f"only a server that the run has started itself can be killed, not one that is "
            f"{server.label}: leave --server out"
        )


class Held(Protocol):
    """
    What holds a server that was launched.
    """

    def start(self, *argv: str) -> None:
        """Start the server and wait until it accepts connections."""

    def crash(self) -> None:
        """Kill the server with all its processes at once."""

    def close(self) -> None:
        """End the server and remove what it was made of."""


class DurableServer(Server):
    """
    A server of our own that survives its death as one in production does.

    Attributes:
        is_down: Whether it was killed and is not yet started again.
    """

    def __init__(self, url: URL, *, beside: Server, held: Held, command: Sequence[str]) -> None:
        super().__init__(
            url,
            label=beside.label,
            empty_template=beside.empty_template,
            image=beside.image,
            on_close=held.close,
        )
        self.is_down = False
        self._held, self._command = held, command
        self._turn = threading.Lock()

    def crash(self) -> None:
        """
        Kill it with all its sessions, at once: SIGKILL, no checkpoint, no goodbye.

        What is down already stays so; several threads may kill it.

        Raises:
            ServerFailed: Some of it is still there.
        """
        with self._turn:
            if self.is_down:
                return
            # First: whoever loses a connection to it may ask why.
            self.is_down = True
            self._held.crash()

    def recover(self) -> None:
        """
        Start it again on what it has left, and wait until it has replayed its log.

        Raises:
            ServerFailed: It gave up; the message has its words.
        """
        with self._turn:
            self._held.start(*self._command)
            self.is_down = False


def open_durable(beside: Server) -> DurableServer:
    """
    Start such a server of the version of another one; close it to end it.

    Raises:
        ServerNotOurs: The other was not started by this run, so that its like cannot be either.
        SchemaproofError: There is no such server here; the message says what to do.
    """
    major = beside.version // 10000
    if beside.label == _embedded.LABEL:
        lifeline, command = _embedded.launch(major, SETTINGS)
        url = _embedded.url_of(lifeline)
        return DurableServer(url, beside=beside, held=lifeline, command=command)
    if beside.label == _container.LABEL:
        line, options = _container.launch(beside.image, major, SETTINGS)
        return DurableServer(line.url, beside=beside, held=line, command=options)
    raise ServerNotOurs(beside)
