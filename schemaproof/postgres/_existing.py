"""
Use a server that is already running: given as a URL, left as it was found.

Only databases that the run makes itself are written to. A process of its own drops them at the
end, because a run that is killed cannot.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys

from sqlalchemy import URL

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import _janitor
from schemaproof.postgres._urls import connect, read_url, shown
from schemaproof.postgres.server import Server, conninfo

# DROP DATABASE … WITH (FORCE) is new in 13, the oldest version this package is tested on is 14.
OLDEST = 140000
DROP_WITHIN_S = 60.0
NEEDS = "--server takes 'embedded' or a URL like postgresql://user@host:5432/postgres"


class ServerUnfit(SchemaproofError):
    """The server is too old, or its role may not make databases."""


def use_existing(url_text: str, *, prefix: str) -> Server:
    """
    Connect to the server that ``url_text`` names.

    Args:
        url_text: A PostgreSQL URL; its database is used for maintenance only.
        prefix: What the names of all databases of this run begin with.

    Raises:
        NotAServerUrl: The text cannot be read as a PostgreSQL URL.
        ServerUnreachable: Nobody answers there, or not to these credentials.
        ServerUnfit: It answers, but is too old or forbids CREATE DATABASE.
    """
    url = read_url(url_text, needs=NEEDS, name="--server")
    _require_fitness(url)
    janitor = subprocess.Popen(
        [sys.executable, "-P", _janitor.__file__],
        stdin=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    if janitor.stdin is None:  # pragma: no cover - it was asked for above
        raise AssertionError
    janitor.stdin.write(f"{conninfo(url)}\n{prefix}\n")
    janitor.stdin.flush()

    def close() -> None:
        # Slower than that, it goes on by itself; what it cannot drop it says on standard error.
        with contextlib.suppress(subprocess.TimeoutExpired):
            janitor.communicate(timeout=DROP_WITHIN_S)

    return Server(url, label="existing", empty_template="template0", on_close=close)


def _require_fitness(url: URL) -> None:
    with connect(url) as connection:
        version = connection.info.server_version
        row = connection.execute(
            "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if version < OLDEST:
        raise ServerUnfit(f"needs PostgreSQL 14 or newer; {shown(url)} is {version // 10000}")
    if row is None or not row[0]:
        raise ServerUnfit(
            f"needs a role that may create databases; {url.username!r} on {shown(url)} may not: "
            "ALTER ROLE … CREATEDB, or use another role"
        )
