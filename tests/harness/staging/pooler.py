"""
Put PgBouncer in front of a server: it lends its connections for one transaction at a time.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from schemaproof.postgres._account import server_account
from tests.harness import traces
from tests.harness.own_server import OwnServer

# Where Debian puts daemons is on the path of root alone.
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
OPENSSL = shutil.which("openssl")
CONFIGURATION = """
[databases]
* = host={socket} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_client_conn = 20
{more}
"""
TLS = """
client_tls_sslmode = require
client_tls_cert_file = {certificate}
client_tls_key_file = {key}
"""

needs_pgbouncer = pytest.mark.skipif(
    PROGRAM is None or OPENSSL is None,
    reason="needs PgBouncer and OpenSSL: apt-get install pgbouncer openssl",
)


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """
    What a server shows to say that it is ``localhost``, signed by itself.

    Attributes:
        file: The certificate, for whoever is to believe it.
        key: Its key.
    """

    file: Path
    key: Path


def certificate(folder: Path, *, days: int) -> Certificate:
    """
    Make one that is good for so many days; with a negative number it has expired.
    """
    made = Certificate(file=folder / f"{days}.crt", key=folder / f"{days}.key")
    request = folder / f"{days}.csr"
    _openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
             "-keyout", str(made.key), "-out", str(request))  # fmt: skip
    _openssl("x509", "-req", "-in", str(request), "-key", str(made.key), "-days", str(days),
             "-out", str(made.file))  # fmt: skip
    return made


@contextmanager
def pooled(server: OwnServer, tls: Certificate | None = None) -> Iterator[int]:
    """
    Lend the port of a PgBouncer before a server that lets in whoever reaches its socket.
    """
    assert PROGRAM is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = ""
    if tls is not None:
        server.put("tls.crt", tls.file.read_bytes())
        server.put("tls.key", tls.key.read_bytes())
        more = TLS.format(certificate=server.data / "tls.crt", key=server.data / "tls.key")
    text = CONFIGURATION.format(socket=server.data.parent, port=port, more=more)
    # Beside the data, where the server's account may read and others may not.
    server.put("pgbouncer.ini", text.encode())
    process = _started(server.data / "pgbouncer.ini")
    try:
        assert traces.wait_until(lambda: _answers(port), within_s=30)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _openssl(*arguments: str) -> None:
    subprocess.run([str(OPENSSL), *arguments], check=True, capture_output=True)


def _started(configuration: Path) -> subprocess.Popen[bytes]:
    # It refuses to be root, as the server does.
    account = server_account() if os.geteuid() == 0 else None
    return subprocess.Popen(
        [str(PROGRAM), "-q", str(configuration)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=account and account.uid,
        group=account and account.gid,
        extra_groups=None if account is None else [],
    )


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
