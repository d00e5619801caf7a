"""
The embedded server starts from nothing and from the cache, and is nobody else's.
"""

from __future__ import annotations

import concurrent.futures
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemaproof.postgres import Server, open_server
from schemaproof.postgres._binaries import find_binaries, reachable
from tests.harness.runs import Run

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

# The server's answer to a startup packet, asked by another user of the machine.
KNOCK = """
import os, socket, struct, sys
os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
door = socket.socket(socket.AF_UNIX)
try:
    door.connect(sys.argv[1])
except PermissionError:
    sys.exit("not even the socket")
words = b"user\\0postgres\\0database\\0postgres\\0\\0"
door.sendall(struct.pack("!ii", 8 + len(words), 196608) + words)
sys.exit(door.recv(1000).replace(b"\\0", b" ").decode())
"""

AS_ANOTHER = """
from schemaproof.postgres import open_server
with open_server("embedded", prefix="t") as server, server.connect() as connection:
    print(connection.execute("SELECT version()").fetchone()[0], flush=True)
    sys.stdin.read()
"""

# The user is changed after the imports, so that this environment need not be open to others.
AS_NOBODY_IN_PARTICULAR = """
from schemaproof.postgres import open_server
os.setgroups([]); os.setgid(54321); os.setuid(54321)
open_server("embedded", prefix="t")
"""


NO_ROOM = """
import resource
from schemaproof.errors import SchemaproofError
from schemaproof.postgres import open_server
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    open_server("embedded", prefix="t")
except SchemaproofError as error:
    print(error)
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    An empty cache for this test alone.
    """
    monkeypatch.setenv("SCHEMAPROOF_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def _answers(server: Server) -> bool:
    with server.connect() as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def _directory(server: Server) -> Path:
    return Path(str(server.url.query["host"]))


def _archive(cache: Path) -> Path:
    (archive,) = cache.rglob("*.cluster")
    return archive


def _was_made(server: Server) -> bool:
    return (_directory(server) / "tools.log").exists()


def test_the_second_start_comes_from_the_cache(cache):
    """
    One initdb; what it made is kept in one file, and nothing else is.
    """
    with open_server("embedded", prefix="t") as server:
        assert _was_made(server)
        assert _answers(server)
    with open_server("embedded", prefix="t") as server:
        assert not _was_made(server)
        assert _answers(server)

    assert [path for path in cache.rglob("*") if path.is_file()] == [_archive(cache)]


def _cut(archive: Path) -> None:
    os.truncate(archive, archive.stat().st_size // 2)


def _alter(archive: Path) -> None:
    whole = bytearray(archive.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    archive.write_bytes(whole)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    An archive as a first start leaves it.
    """
    cache = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCHEMAPROOF_CACHE_DIR", str(cache))
        open_server("embedded", prefix="t").close()
    return _archive(cache)


@pytest.mark.parametrize("damage", [_cut, _alter], ids=["truncated", "altered"])
def test_a_damaged_archive_is_made_again(damage: Callable[[Path], None], cache, whole):
    damaged = cache / "clusters" / whole.name
    damaged.parent.mkdir(parents=True)
    shutil.copy(whole, damaged)
    damage(damaged)

    with open_server("embedded", prefix="t") as server:
        assert _was_made(server)
        assert _answers(server)

    with open_server("embedded", prefix="t") as server:
        assert not _was_made(server)
        assert _answers(server)


def test_a_cache_that_cannot_be_written_is_done_without(cache):
    """
    A file stands where the cache should be; the server starts all the same.
    """
    cache.write_text("in the way")

    with open_server("embedded", prefix="t") as server:
        assert _answers(server)


def test_starts_at_once_from_an_empty_cache(cache):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        servers = list(pool.map(lambda _: open_server("embedded", prefix="t"), range(3)))
    try:
        assert all(_answers(server) for server in servers)
        assert len({_directory(server) for server in servers}) == 3
    finally:
        for server in servers:
            server.close()

    assert [path for path in cache.rglob("*") if path.is_file()] == [_archive(cache)]


def test_closing_twice_is_closing(schema_server):
    server = open_server("embedded", prefix="t")
    server.close()
    server.close()

    assert not _directory(server).exists()
    assert _answers(schema_server)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """
    A server of this file's own, which some tests here expose.
    """
    with open_server("embedded", prefix="t") as server:
        yield server


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "off"),
        ("synchronous_commit", "off"),
        ("full_page_writes", "off"),
        ("autovacuum", "off"),
        ("archive_mode", "off"),
        ("wal_level", "minimal"),
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("dynamic_shared_memory_type", "mmap"),
        ("jit", "off"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
    ],
)
def test_setting_in_force(setting, value, running):
    with running.connect() as connection:
        found = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()

    assert found == (value,)


def test_the_directory_is_closed_and_nobody_listens_on_a_port(running):
    directory = _directory(running)
    with running.connect() as connection:
        rules = connection.execute(
            "SELECT type, database, user_name, auth_method FROM pg_hba_file_rules"
        ).fetchall()

    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / "data").stat().st_mode) == 0o700
    assert rules == [("local", ["all"], ["all"], "peer")]


def test_the_data_lies_in_memory_if_there_is_room(running):
    memory = Path("/dev/shm")  # noqa: S108 - the kernel's tmpfs
    if not memory.is_dir() or shutil.disk_usage(memory).free < 2 << 30:
        pytest.skip("this machine has no tmpfs of 2 GiB to spare at /dev/shm")

    assert _directory(running).parent == memory


def test_no_room_for_the_data_is_told():
    """
    A limit on the size of files stands in for a full disk: what is too much is not written.
    """
    with Run(NO_ROOM) as run:
        status, out, err = run.end()

        assert (status, err) == (0, "")
        assert re.search("needs about 60 MB for a server in /.*; found: File too large", out)
        assert run.left() == []


@as_root
def test_another_user_cannot_connect(running):
    """
    The directory keeps other users out; were it open, the server would ask who knocks.
    """
    directory = _directory(running)
    door = directory / ".s.PGSQL.5432"
    other = pwd.getpwnam("daemon").pw_uid

    def knock() -> str:
        command = [sys.executable, "-I", "-S", "-c", KNOCK, str(door), str(other)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    assert "not even the socket" in knock()
    directory.chmod(0o755)
    door.chmod(0o777)
    try:
        assert "peer authentication failed" in knock().lower()
    finally:
        # The server is shared with the other tests of this file.
        door.chmod(0o700)
        directory.chmod(0o700)


@as_root
def test_root_hands_the_server_to_nobody(running):
    pid = int((_directory(running) / "data" / "postmaster.pid").read_text().split()[0])

    assert Path(f"/proc/{pid}").stat().st_uid == pwd.getpwnam("nobody").pw_uid


@as_root
def test_an_ordinary_user_has_a_server_of_their_own(tmp_path):
    """
    Started from nothing and again from the cache, in directories that are theirs.
    """
    uid = pwd.getpwnam("daemon").pw_uid
    python = _python_of(uid, tmp_path)
    with tempfile.TemporaryDirectory(prefix="cache-") as cache:
        os.chown(cache, uid, uid)
        env = {
            "SCHEMAPROOF_CACHE_DIR": cache,
            "SCHEMAPROOF_POSTGRES_BIN": str(reachable(find_binaries(), uid=uid).folder),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        for _ in range(2):
            with Run(AS_ANOTHER, python=python, **env) as run:
                assert run.read_line().startswith("PostgreSQL ")
                server = run.wait_for_process("postgres", "-D")
                assert Path(f"/proc/{server}").stat().st_uid == uid
                assert run.end()[0] == 0
                assert run.left() == []
        assert _archive(Path(cache)).stat().st_uid == uid


@as_root
def test_a_user_without_a_name_is_told_so():
    with Run(AS_NOBODY_IN_PARTICULAR) as run:
        _, _, errors = run.end()

        assert "NoServerAccount: PostgreSQL needs its user to have a name" in errors
        assert run.left() == []


def _python_of(uid: int, folder: Path) -> str:
    """
    Write a program that is this Python, run by another user.

    Python may lie in root's home, which is closed to others: reading it is all the user is given.
    """
    become = f"setpriv --reuid={uid} --regid={uid} --clear-groups"
    reading = "--inh-caps=+dac_read_search --ambient-caps=+dac_read_search"
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec {become} {reading} {sys.executable} "$@"\n')
    program.chmod(0o700)
    return str(program)
