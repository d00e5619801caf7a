"""
Bring up a PostgreSQL of our own: nothing to install, nothing to configure, nothing left behind.

Sources: https://www.postgresql.org/docs/current/runtime-config.html,
https://www.postgresql.org/docs/current/non-durability.html
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import URL

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import _cluster, _places
from schemaproof.postgres._account import server_account
from schemaproof.postgres._binaries import find_binaries, reachable
from schemaproof.postgres._lifeline import Lifeline, ServerFailed
from schemaproof.postgres.server import Server

SETTINGS = {
    "max_connections": "200",
    "timezone": "UTC",
    # The data is worth nothing after the run.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "archive_mode": "off",
    "checkpoint_timeout": "1d",
    "max_wal_size": "1GB",
    # 2 segments of 1 MiB
    "min_wal_size": "2MB",
    # Proofs decide for themselves when statistics change.
    "autovacuum": "off",
    "jit": "off",
    # As files in the data directory, so that they go with it whatever happens.
    "dynamic_shared_memory_type": "mmap",
    "log_min_messages": "fatal",
    "logging_collector": "off",
}

# Nobody but this user gets in, and no other machine.
ALONE = {"listen_addresses": "", "unix_socket_permissions": "0700"}

# 18 starts three I/O workers; reads of a data directory in memory need none.
SETTINGS_18 = {"io_method": "sync"}


LABEL = "embedded"
EMPTY_TEMPLATE = "template1"


class UnsupportedPlatform(SchemaproofError):
    """The embedded server needs Unix sockets and process signals."""


def start_embedded(major: int | None = None) -> Server:
    """
    Start a server on this machine that ends with this process.

    Args:
        major: The PostgreSQL version wanted; None takes the embedded one.

    Raises:
        UnsupportedPlatform: This is neither Linux nor macOS.
        NoServerBinaries: That version is not on this machine.
        ServerFailed: initdb or the server gave up; the message has its words.
    """
    lifeline, _ = launch(major)
    return Server(
        url_of(lifeline), label=LABEL, empty_template=EMPTY_TEMPLATE, on_close=lifeline.close
    )


def launch(
    major: int | None, settings: Mapping[str, str] = MappingProxyType({})
) -> tuple[Lifeline, list[str]]:
    """
    Start a server with some settings changed; return what holds it, and how it was started.

    Raises:
        SchemaproofError: As `start_embedded`.
    """
    if sys.platform not in ("linux", "darwin"):
        raise UnsupportedPlatform(
            f"the embedded server needs Linux or macOS; this is {sys.platform}: "
            "give --server the URL of a server"
        )
    account = server_account()
    binaries = reachable(find_binaries(major), uid=account.uid)
    home = _places.data_home()
    _places.sweep(home, uid=account.uid)
    lifeline = Lifeline(account, home)
    try:
        _cluster.lay_out(lifeline, binaries, account)
        command = [binaries.program("postgres"), "-D", str(lifeline.data)]
        place = {"unix_socket_directories": str(lifeline.directory)}
        for name, value in (settings_of(binaries.major, settings) | ALONE | place).items():
            command += ["-c", f"{name}={value}"]
        lifeline.start(*command)
    except OSError as error:
        lifeline.close()
        raise ServerFailed(
            f"needs about 60 MB for a server in {home}; found: {error.strerror}: "
            "make room, or name another place in TMPDIR"
        ) from error
    except BaseException:
        lifeline.close()
        raise
    return lifeline, command


def url_of(lifeline: Lifeline) -> URL:
    """
    Return the URL of the maintenance database of a server that was launched.
    """
    return URL.create(
        "postgresql+psycopg",
        username=_cluster.SUPERUSER,
        database="postgres",
        query={"host": str(lifeline.directory)},
    )


def settings_of(major: int, changed: Mapping[str, str]) -> dict[str, str]:
    """
    Return what a server of our own is started with, some of it changed.
    """
    return SETTINGS | (SETTINGS_18 if major >= 18 else {}) | dict(changed)
