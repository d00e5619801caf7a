"""
Use a server that is already running: given as a URL, left as it was found.

Only databases that the run makes itself are written to. A process of its own drops them at the
end, because a run that is killed cannot.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys

import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import _janitor
from schemaproof.postgres.server import Server, conninfo

# DROP DATABASE … WITH (FORCE) is new in 13, the oldest version this package is tested on is 14.
OLDEST = 140000
DROP_WITHIN_S = 60.0
CONNECT_TIMEOUT_S = 10


class NotAServerUrl(SchemaproofError):
    """What was given as a server is neither a known word nor a PostgreSQL URL."""


class ServerUnreachable(SchemaproofError):
    """No connection to the server of the URL could be made."""


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
    url = _url(url_text)
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


def _url(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError: the port is no number
        raise NotAServerUrl(
            # Not echoed: a password may stand anywhere in what cannot be read.
            "--server takes 'embedded' or a URL like postgresql://user@host:5432/postgres; "
            "found something that is neither"
        ) from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise NotAServerUrl(
            f"--server needs a PostgreSQL URL; found one of {url.get_backend_name()!r}"
        )
    url = url.set(drivername="postgresql+psycopg", database=url.database or "postgres")
    try:
        conninfo(url)
    except psycopg.ProgrammingError as error:
        raise NotAServerUrl(
            f"--server needs a URL that libpq understands; {_shown(url)} has an "
            f"{str(error).strip().split('=')[0]}"
        ) from error
    return url


def _require_fitness(url: URL) -> None:
    shown = _shown(url)
    try:
        with psycopg.connect(conninfo(url), connect_timeout=CONNECT_TIMEOUT_S) as connection:
            version = connection.info.server_version
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError as error:
        told = str(error).strip().splitlines()[0]
        raise ServerUnreachable(
            f"needs a PostgreSQL server at {shown}; found none that lets us in ({told}): "
            "start it, or mend the URL"
        ) from error
    if version < OLDEST:
        raise ServerUnfit(f"needs PostgreSQL 14 or newer; {shown} is {version // 10000}")
    if row is None or not row[0]:
        raise ServerUnfit(
            f"needs a role that may create databases; {url.username!r} on {shown} may not: "
            "ALTER ROLE … CREATEDB, or use another role"
        )


def _shown(url: URL) -> str:
    # Without the query, which may hold a password too.
    plain = url.set(drivername="postgresql", query={})
    return plain.render_as_string(hide_password=True)
