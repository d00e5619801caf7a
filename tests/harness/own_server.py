"""
Start a server of a test's own: with settings that a shared one has not, and to be stopped.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from schemaproof.postgres import Connection, Database, Server
from schemaproof.postgres._binaries import find_binaries
from schemaproof.postgres._embedded import EMPTY_TEMPLATE, launch, url_of
from schemaproof.postgres._lifeline import Lifeline
from schemaproof.postgres.server import conninfo


class OwnServer:
    """
    A server that nobody else uses.

    Attributes:
        data: Its data directory.
    """

    def __init__(self, lifeline: Lifeline, command: list[str]) -> None:
        self._lifeline, self._command = lifeline, command
        self.data = lifeline.data

    def connect(self) -> Connection:
        """
        Connect to its one database, in autocommit mode.
        """
        return psycopg.connect(conninfo(url_of(self._lifeline)), autocommit=True)

    def database(self, name: str) -> Database:
        """
        Return one of its databases, made or not.
        """
        server = Server(url_of(self._lifeline), label="own", empty_template=EMPTY_TEMPLATE)
        return Database(server, name)

    def stop(self) -> None:
        """
        End it as one does, and keep what it has.
        """
        self._lifeline.stop(signal.SIGINT)

    def crash(self) -> None:
        """
        End it as a power cut does.
        """
        self._lifeline.crash()

    def start(self) -> None:
        """
        Start it again.
        """
        self._lifeline.start(*self._command)

    def put(self, path: str, content: bytes = b"") -> None:
        """
        Write a file into its data directory, as its own.
        """
        (self.data / path).write_bytes(content)
        owner = self.data.stat()
        os.chown(self.data / path, owner.st_uid, owner.st_gid)
        (self.data / path).chmod(0o600)

    def own(self) -> None:
        """
        Give what was copied into its data directory to its account.
        """
        owner = self.data.parent.stat()
        for path in (self.data, *self.data.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)

    def run(self, program: str, *arguments: str) -> None:
        """
        Run one of the server's programs on its data directory while it is stopped.
        """
        # Beside the server's own, which its account can reach wherever the package lies.
        beside = Path(self._command[0]).with_name(program)
        self._lifeline.run(str(beside), *arguments, str(self.data))


@contextmanager
def own_server(**settings: str) -> Iterator[OwnServer]:
    """
    Lend a server with some settings changed; afterwards nothing of it is left.
    """
    lifeline, command = launch(None, settings)
    with lifeline:
        yield OwnServer(lifeline, command)


def has_program(name: str) -> bool:
    """
    Tell whether the server's package has a program; some have but the least.
    """
    return _program(name).exists()


def _program(name: str) -> Path:
    return Path(find_binaries().program(name))
