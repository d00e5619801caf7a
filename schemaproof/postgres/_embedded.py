"""
Bring up a PostgreSQL of our own: nothing to install, nothing to configure, nothing left behind.

Sources: https://www.postgresql.org/docs/current/runtime-config.html,
https://www.postgresql.org/docs/current/non-durability.html
"""

from __future__ import annotations

import sys

from sqlalchemy import URL

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import _cluster, _places
from schemaproof.postgres._account import server_account
from schemaproof.postgres._binaries import find_binaries, reachable
from schemaproof.postgres._lifeline import Lifeline, ServerFailed
from schemaproof.postgres.server import Server

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
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

# 18 starts three I/O workers; reads of a data directory in memory need none.
SETTINGS_18 = {"io_method": "sync"}


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
        settings = SETTINGS | (SETTINGS_18 if binaries.major >= 18 else {})
        settings["unix_socket_directories"] = str(lifeline.directory)
        options = [word for item in settings.items() for word in ("-c", "=".join(item))]
        lifeline.start(binaries.program("postgres"), "-D", str(lifeline.data), *options)
    except OSError as error:
        lifeline.close()
        raise ServerFailed(
            f"needs about 60 MB for a server in {home}; found: {error.strerror}: "
            "make room, or name another place in TMPDIR"
        ) from error
    except BaseException:
        lifeline.close()
        raise
    url = URL.create(
        "postgresql+psycopg",
        username=_cluster.SUPERUSER,
        database="postgres",
        query={"host": str(lifeline.directory)},
    )
    return Server(url, label="embedded", empty_template="template1", on_close=lifeline.close)
