"""
Tell a migration that is wrong from one that cannot be run here.

An extension that the server does not have, or a service that does not answer, says nothing about
the schema: such a revision is not covered, and what builds on it cannot be reached.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

# Where an extension is found that the embedded server lacks; the others come with PostgreSQL.
IMAGES = {
    "age": "apache/age",
    "pg_cron": "citusdata/citus",
    "pgcrypto": "postgres",
    "plperl": "postgres",
    "plpython3u": "postgres",
    "pltcl": "postgres",
    "postgis": "postgis/postgis",
    "postgis_raster": "postgis/postgis",
    "postgis_topology": "postgis/postgis",
    "sslinfo": "postgres",
    "timescaledb": "timescale/timescaledb",
    "uuid-ossp": "postgres",
    "vector": "pgvector/pgvector",
    "xml2": "postgres",
}

# PostgreSQL 15 and newer; before, and for a library that is gone, the file is named.
NOT_AVAILABLE = re.compile(r'extension "(?P<name>[^"]+)" is not available')
NO_FILE = re.compile(r'(?:extension/(?P<name>[^"/]+?)(?:--[^"/]*)?\.(?:control|sql)"|\$libdir/)')
NOT_PRELOADED = re.compile(r"shared_preload_libraries|must be preloaded")
NOT_ALLOWED = re.compile(r'permission denied to create extension "(?P<name>[^"]+)"')

FEATURE_NOT_SUPPORTED, UNDEFINED_FILE, INSUFFICIENT_PRIVILEGE = "0A000", "58P01", "42501"


def obstacle(error: BaseException) -> str | None:
    """
    Return what the server or the machine lacks to run a migration; None if it is itself to blame.
    """
    refused = getattr(error, "orig", None)
    if refused is not None:
        return _lacking(getattr(refused, "sqlstate", getattr(refused, "pgcode", None)), refused)
    for each in _chain(error):
        # A file that is missing is the migration's own; a peer that is missing is not.
        if isinstance(each, ConnectionError | TimeoutError | socket.gaierror):
            return f"it needs a service that does not answer here ({_words(each)}): start it"
    return None


def _lacking(sqlstate: str | None, refused: BaseException) -> str | None:
    said = str(refused)
    if sqlstate == FEATURE_NOT_SUPPORTED and (found := NOT_AVAILABLE.search(said)):
        return _without(found["name"])
    if sqlstate == UNDEFINED_FILE and (found := NO_FILE.search(said)):
        return _without(found["name"])
    if sqlstate == INSUFFICIENT_PRIVILEGE and (found := NOT_ALLOWED.search(said)):
        return f"the role may not create the extension {found['name']!r}: use one that may"
    if NOT_PRELOADED.search(said):
        return (
            f"the server was started without a library that it needs ({_words(refused)}): prove it "
            "on one that was, with --server URL"
        )
    return None


def _without(extension: str | None) -> str:
    what = f"the extension {extension!r}" if extension else "the library of an extension"
    image = IMAGES.get(extension or "")
    example = f", such as the Docker image {image}" if image else ""
    return f"the server does not have {what}: prove it on one that has it{example}, by --server URL"


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    each: BaseException | None = error
    while each is not None:
        yield each
        each = each.__cause__ or each.__context__
