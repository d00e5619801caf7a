"""
Bring databases: a server of our own or one that is running, templates on it, clones of them.

A further way to a server has its place in `PROVIDERS`: a word for ``--server`` and a function that
gets the wanted major version and returns a `Server`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from schemaproof.errors import SchemaproofError
from schemaproof.postgres._binaries import NoServerBinaries, client_program
from schemaproof.postgres._container import LABEL as CONTAINER
from schemaproof.postgres._container import start_container
from schemaproof.postgres._durable import DurableServer, ServerNotOurs, open_durable
from schemaproof.postgres._embedded import start_embedded
from schemaproof.postgres._existing import use_existing
from schemaproof.postgres._lifeline import ServerFailed
from schemaproof.postgres._places import cache_directory
from schemaproof.postgres._scratch import scratch_directory
from schemaproof.postgres._undone import driver_of, undone
from schemaproof.postgres._urls import (
    NotAServerUrl,
    ServerUnreachable,
    connect,
    connect_as,
    has_password,
    read_url,
    shown,
)
from schemaproof.postgres.databases import Database, Databases
from schemaproof.postgres.server import Connection, Server

__all__ = [
    "PROVIDERS",
    "Connection",
    "Database",
    "Databases",
    "DurableServer",
    "NoServerBinaries",
    "NotAServerUrl",
    "Server",
    "ServerFailed",
    "ServerNotOurs",
    "ServerUnreachable",
    "cache_directory",
    "client_program",
    "connect",
    "connect_as",
    "driver_of",
    "has_password",
    "new_prefix",
    "open_durable",
    "open_server",
    "read_url",
    "scratch_directory",
    "shown",
    "undone",
]

PROVIDERS: dict[str, Callable[[int | None], Server]] = {
    "embedded": start_embedded,
    CONTAINER: start_container,
}


class VersionOfRunningServer(SchemaproofError):
    """A PostgreSQL version was asked for together with a server that has its own."""


def new_prefix() -> str:
    """
    Return what all database names of one run begin with; no two runs share it.
    """
    return f"schemaproof_{secrets.token_hex(4)}"


def open_server(wanted: str, *, prefix: str, major: int | None = None) -> Server:
    """
    Return a running server; close it, or leave its ``with`` block, to end it.

    Args:
        wanted: A word of `PROVIDERS`, ``container:IMAGE``, or the URL of a running server.
        prefix: What the run's databases are called; a running server is swept of them at the end.
        major: The PostgreSQL version wanted of a server that is started.

    Raises:
        SchemaproofError: There is no such server here; the message says what to do.
    """
    provider = PROVIDERS.get(wanted)
    if provider is not None:
        return provider(major)
    word, _, image = wanted.partition(":")
    if word == CONTAINER and image:
        return start_container(major, image)
    if major is not None:
        raise VersionOfRunningServer(
            f"--pg-version {major} chooses the server that is started; "
            "a server given by URL has its own version: leave one of the two out"
        )
    return use_existing(wanted, prefix=prefix)
