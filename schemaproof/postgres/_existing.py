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
NEEDS = (
    "--server takes 'embedded', 'container', 'container:IMAGE' or a URL like "
    "postgresql://user@host:5432/postgres"
)


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
    template = _fit_template(url)
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

    return Server(url, label="existing", empty_template=template, on_close=close)


def _fit_template(url: URL) -> str:
    """
    Return the database that an empty one is copied from, on a server that is fit for that.
    """
    with connect(url) as connection:
        version = connection.info.server_version
        row = connection.execute(
            "SELECT rolcreatedb OR rolsuper, ARRAY(SELECT datname::text FROM pg_database"
            " WHERE datname IN ('template0', 'template1') ORDER BY datname)"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if version < OLDEST:
        raise ServerUnfit(f"needs PostgreSQL 14 or newer; {shown(url)} is {version // 10000}")
    may_create, templates = row or (False, [])
    if not may_create:
        raise ServerUnfit(
            f"needs a role that may create databases; {url.username!r} on {shown(url)} may not: "
            "ALTER ROLE … CREATEDB, or use another role"
        )
    if not templates:
        raise ServerUnfit(f"needs a database template0 to copy; {shown(url)} has none")
    # An embedded server does without the first: nobody writes into the second there.
    return str(templates[0])
