"""
Bring up a PostgreSQL of our own in a container, of any image that keeps the official one's manners.

A killed run leaves none: the container's first process reads from a connection that this process
holds, and ends when that closes. The engine sees that, so nothing has to outlive the run: neither a
keeper nor testcontainers' reaper, whose image many a network cannot fetch. The data lies in the
container's own memory.

Sources: https://hub.docker.com/_/postgres, https://docs.docker.com/reference/cli/docker/container/run/
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from schemaproof.errors import first_line
from schemaproof.postgres._cluster import SUPERUSER, initdb_options
from schemaproof.postgres._embedded import settings_of
from schemaproof.postgres._engine import Engine, NoImage
from schemaproof.postgres._lifeline import ServerFailed
from schemaproof.postgres.server import Server, conninfo

if TYPE_CHECKING:
    from docker.models.containers import Container

LABEL = "container"
IMAGE_VARIABLE = "SCHEMAPROOF_IMAGE"
# That of the embedded server.
USUAL_MAJOR = 18
HOME = "/schemaproof"
START_WITHIN_S = 60.0
LOOK_EVERY_S = 0.02
CONNECT_TIMEOUT_S = 5
# https://docs.docker.com/reference/api/engine/#tag/Container/operation/ContainerAttach
FRAME_HEADER_BYTES = 8


class ContainerLine:
    """
    A container and the connection that keeps it; both gone when this process is.

    Attributes:
        version: What ``postgres --version`` prints there; empty if it has no such program.
    """

    def __init__(self, engine: Engine, image: str) -> None:
        self._engine = engine
        self._password = secrets.token_urlsafe(24)
        self._turn = threading.Lock()
        self._unread = b""
        self._container: Container | None = None
        self._held: Any = None
        try:
            self._container = self._made(image)
            self._open(self._container, image)
            self._addresses = [*engine.addresses(self._container)]
        except BaseException:
            self.close()
            raise
        self.url = self._url(*self._addresses[0])

    @property
    def major(self) -> int:
        """
        The major version of its server.
        """
        found = re.search(r"\) (\d+)", self.version)
        return int(found.group(1)) if found else 0

    def start(self, *options: str) -> None:
        """
        Start the server and wait until it accepts connections.

        Raises:
            ServerFailed: It ended, or was not ready within a minute.
        """
        self.ask("start", *options)
        end, told = time.monotonic() + START_WITHIN_S, "it cannot be reached"
        while time.monotonic() < end:
            for host, port in self._addresses:
                url = self._url(host, port)
                try:
                    psycopg.connect(
                        make_conninfo(conninfo(url), connect_timeout=CONNECT_TIMEOUT_S)
                    ).close()
                except psycopg.OperationalError as error:
                    told = first_line(error)
                else:
                    self.url, self._addresses = url, [(host, port)]
                    return
            if (seen := self.ask("look")) != "runs":
                raise ServerFailed(f"postgres failed in its container: {seen}")
            time.sleep(LOOK_EVERY_S)
        raise ServerFailed(
            f"needs a server that is ready within {START_WITHIN_S:.0f} s; found: {told}"
        )

    def crash(self) -> None:
        """
        Kill the server with all its processes at once, and keep its data as it is then.

        Raises:
            ServerFailed: Some of it is still there.
        """
        if (answer := self.ask("crash")) != "crashed":
            raise ServerFailed(f"needs a server that can be killed; found: {answer}")

    def close(self) -> None:
        """
        End the server and remove the container.
        """
        from docker.errors import APIError  # noqa: PLC0415 - see `_engine`

        with self._turn:
            container, self._container = self._container, None
            if self._held is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
                # docker-py keeps the reader there; closed later, it would flush into nothing.
                with contextlib.suppress(OSError, AttributeError):
                    self._held._response.close()
                self._held.close()
                self._socket.close()
                self._held = None
            if container is not None:
                # It may be on its way out by itself.
                with contextlib.suppress(APIError):
                    container.remove(force=True, v=True)
                with contextlib.suppress(APIError):
                    container.wait(condition="removed")
            self._engine.close()

    def ask(self, *words: str) -> str:
        """
        Send a command and return the answer.
        """
        with self._turn:
            if self._container is None:
                raise ServerFailed("the server was asked for something after it was closed")
            with contextlib.suppress(OSError):
                self._socket.sendall(" ".join(words).encode() + b"\n")
                return self._read_line()
            return "the container is gone"

    def _made(self, image: str) -> Container:
        return self._engine.create(
            image,
            [*self._engine.entry_point(image), "postgres"],
            entrypoint=["sh", "-c", files(__package__).joinpath("_container.sh").read_text(), "sh"],
            environment={
                "LIFELINE_HOME": HOME,
                "PGDATA": f"{HOME}/data",
                "POSTGRES_USER": SUPERUSER,
                "POSTGRES_PASSWORD": self._password,
                "POSTGRES_DB": "postgres",
            },
            tmpfs={HOME: "rw,mode=1777"},
        )

    def _open(self, container: Container, image: str) -> None:
        from docker.errors import APIError  # noqa: PLC0415 - see `_engine`

        self._held = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
        # What a local engine gives can only be read from; docker's own examples write like this.
        self._socket = getattr(self._held, "_sock", self._held)
        try:
            container.start()
        except APIError as error:
            raise NoImage(
                f"needs an image with a shell and PostgreSQL; {image!r} does not start: "
                f"{first_line(Exception(error.explanation))}: name another in {IMAGE_VARIABLE}"
            ) from error
        self.version = self._read_line()
        if not self.version:
            raise NoImage(
                f"needs an image with PostgreSQL's programs on its PATH; {image!r} has no "
                f"'postgres': name another in {IMAGE_VARIABLE}"
            )

    def _url(self, host: str, port: int) -> URL:
        return URL.create(
            "postgresql+psycopg",
            username=SUPERUSER,
            password=self._password,
            host=host,
            port=port,
            database="postgres",
        )

    def _read_line(self) -> str:
        while b"\n" not in self._unread:
            header = self._read(FRAME_HEADER_BYTES)
            self._unread += self._read(int.from_bytes(header[4:], "big"))
        line, self._unread = self._unread.split(b"\n", 1)
        return line.decode(errors="replace").strip()

    def _read(self, size: int) -> bytes:
        read = b""
        while len(read) < size:
            chunk: bytes = self._socket.recv(size - len(read))
            if not chunk:
                raise ConnectionError("the container ended")
            read += chunk
        return read


def start_container(major: int | None = None, image: str | None = None) -> Server:
    """
    Start a server in a container that ends with this process.

    Args:
        major: The PostgreSQL version wanted; None takes what the image has.
        image: The image; None takes ``SCHEMAPROOF_IMAGE``'s, or the official one of the version.

    Raises:
        NoEngine: There is no engine, or nothing to speak to it with.
        NoImage: The image cannot be had, or is none of PostgreSQL of that version.
        ServerFailed: The server gave up; the message has its words.
    """
    image = image or os.environ.get(IMAGE_VARIABLE) or f"postgres:{major or USUAL_MAJOR}"
    line, _ = launch(image, major)
    return Server(
        line.url, label=LABEL, empty_template="template0", image=image, on_close=line.close
    )


def launch(
    image: str, major: int | None = None, changed: Mapping[str, str] = MappingProxyType({})
) -> tuple[ContainerLine, list[str]]:
    """
    Start a server with some settings changed; return what holds it, and how it was started.

    Raises:
        SchemaproofError: As `start_container`.
    """
    line = ContainerLine(Engine(), image)
    try:
        if major is not None and line.major != major:
            raise NoImage(
                f"needs an image of PostgreSQL {major}; {image!r} has {line.major}: "
                f"leave --pg-version out, or name another in {IMAGE_VARIABLE}"
            )
        line.ask("initdb", *initdb_options(line.major))
        settings = settings_of(line.major, changed) | {"listen_addresses": "*"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        line.start(*options)
    except BaseException:
        line.close()
        raise
    return line, options
