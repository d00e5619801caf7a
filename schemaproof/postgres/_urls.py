"""
Read URLs that people give, and connect by them; no password is ever shown.

Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
"""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from schemaproof.errors import SchemaproofError
from schemaproof.postgres.server import Connection, conninfo

CONNECT_TIMEOUT_S = 10
# What to do where the server runs all the same, by what libpq says.
MENDS = {
    "certificate": "see when its certificate ends, and mend sslrootcert or sslmode of",
    "password": "see PGPASSWORD, .pgpass or the service file, and mend the user of",
    "permission denied": "GRANT CONNECT to the user, or mend",
    "does not exist": "mend the user or the database of",
}

Kind = TypeVar("Kind", bound=Connection)


class NotAServerUrl(SchemaproofError):
    """What was given as a server is neither a known word nor a PostgreSQL URL."""


class ServerUnreachable(SchemaproofError):
    """No connection to the server of the URL could be made."""


def read_url(text: str, *, needs: str, name: str) -> URL:
    """
    Read the URL of a PostgreSQL database.

    Args:
        text: The URL; without a database it is that of maintenance.
        needs: What is asked for, to begin a message with.
        name: What it was given as.

    Raises:
        NotAServerUrl: It cannot be read as one.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError: the port is no number
        # Not echoed: a password may stand anywhere in what cannot be read.
        raise NotAServerUrl(f"{needs}; found something that is none") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise NotAServerUrl(
            f"{name} needs a PostgreSQL URL; found one of {url.get_backend_name()!r}"
        )
    url = url.set(drivername="postgresql+psycopg")
    if not url.database and "service" not in url.query:
        url = url.set(database="postgres")
    try:
        conninfo(url)
    except psycopg.ProgrammingError as error:
        raise NotAServerUrl(
            f"{name} needs a URL that libpq understands; {shown(url)} has an "
            f"{str(error).strip().split('=')[0]}"
        ) from error
    return url


def connect(url: URL, **options: str) -> Connection:
    """
    Connect to the database of a URL, in autocommit mode.

    Args:
        url: The URL.
        options: Further words of libpq's.

    Raises:
        ServerUnreachable: Nobody answers there, or not to these credentials.
    """
    return connect_as(psycopg.Connection[Any], url, **options)


def connect_as(kind: type[Kind], url: URL, **options: str) -> Kind:
    """
    Connect as `connect` does, by a connection of a kind of one's own.

    Raises:
        ServerUnreachable: Nobody answers there, or not to these credentials.
    """
    try:
        patience = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT_S}
        words = make_conninfo(conninfo(url), **patience, **options)
        return kind.connect(words, autocommit=True)
    except psycopg.OperationalError as error:
        told = str(error).strip().splitlines()[0]
        mend = next((mend for word, mend in MENDS.items() if word in told), "start it, or mend")
        raise ServerUnreachable(
            f"needs a PostgreSQL server at {shown(url)}; found none that lets us in ({told}): "
            f"{mend} the URL"
        ) from error


def has_password(text: str) -> bool:
    """
    Tell whether a password stands in a URL; False of what is none.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        return False
    return url.password is not None or "password" in url.query


def shown(url: URL) -> str:
    """
    Return a URL as it may be shown: without the query, which may hold a password too.
    """
    plain = url.set(drivername="postgresql", query={})
    return plain.render_as_string(hide_password=True)
