"""
Make the data directory that every embedded server starts from, once, and keep it.

initdb takes half a second and copying what it made takes a few hundredths, so the prepared
cluster is archived in the cache, keyed by everything that shapes it. Two runs that find no
archive each make one; the last rename wins and both are good, so no lock is needed. An archive
that fails its checksum is made again.

Sources: https://www.postgresql.org/docs/current/app-initdb.html,
https://www.postgresql.org/docs/current/auth-username-maps.html
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from schemaproof.postgres import _archive, _places
from schemaproof.postgres._account import Account
from schemaproof.postgres._binaries import Binaries
from schemaproof.postgres._lifeline import Lifeline

SUPERUSER = "postgres"

# The kernel says who connects (peer), so there is no password to leak, and the map lets in the
# one user who runs the harness. There is no host line and no listener: no other machine gets in.
HBA = "local all all peer map=harness\n"
IDENT = "harness {client} {superuser}\n"

# A clone copies one of the two databases that remain; template0 would only be copied along.
SLIM = """\
UPDATE pg_database SET datistemplate = false WHERE datname = 'template0';
DROP DATABASE template0;
"""


def lay_out(lifeline: Lifeline, binaries: Binaries, account: Account) -> None:
    """
    Fill the lifeline's data directory from the cache, or make it and fill the cache.
    """
    archive = _places.cache_directory() / "clusters" / f"{_key(binaries, account)}.cluster"
    _archive.remove_partials(archive)
    try:
        _archive.unpack(archive, lifeline.data, uid=account.uid, gid=account.gid)
    except _archive.DamagedArchive:
        _make(lifeline, binaries, account)
        # Without a cache (a home that is read-only, a full disk) each start takes as long as this.
        with contextlib.suppress(OSError):
            _archive.pack(lifeline.data, archive)


def initdb_options(major: int) -> list[str]:
    """
    Return what shapes the clusters of a major version, wherever they are made.
    """
    # Code point order and full Unicode case mapping on every machine; before 17, C has neither
    # the one without the other nor a dependency on what locales the machine has.
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if major >= 17 else ["--locale=C"]
    return [
        *("--encoding=UTF8", *locale),
        # 1 MiB, not 16: every start from the cache copies a segment.
        *("--wal-segsize=1", "--no-sync", "--no-instructions"),
        *(["--no-data-checksums"] if major >= 18 else []),
    ]


def _key(binaries: Binaries, account: Account) -> str:
    shape = [binaries.version, HBA, IDENT, account.client, SLIM, *_initdb(binaries)]
    digest = hashlib.sha256("\0".join(shape).encode()).hexdigest()
    return f"{binaries.major}-{digest[:16]}"


def _make(lifeline: Lifeline, binaries: Binaries, account: Account) -> None:
    data = lifeline.data
    lifeline.run(binaries.program("initdb"), "--pgdata", str(data), *_initdb(binaries))
    _write(data / "pg_hba.conf", HBA)
    _write(data / "pg_ident.conf", IDENT.format(client=account.client, superuser=SUPERUSER))
    statements = lifeline.directory / "slim.sql"
    _write(statements, SLIM)
    postgres = binaries.program("postgres")
    lifeline.run(
        *(postgres, "--single", "-D", str(data), "-c", "fsync=off", "template1"), feed=statements
    )
    # Leaves one segment of WAL of the seven that initdb wrote. Some packages of server programs do
    # without this one, and then each start copies a few megabytes more.
    resetwal = binaries.program("pg_resetwal")
    if Path(resetwal).exists():
        lifeline.run(resetwal, "--force", "--pgdata", str(data))


def _initdb(binaries: Binaries) -> list[str]:
    return ["--username", SUPERUSER, "--auth=peer", *initdb_options(binaries.major)]


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o644 if os.geteuid() == 0 else 0o600)
