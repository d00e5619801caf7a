"""
Decide where things lie: throwaway data in memory if there is room, prepared clusters in the cache.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from schemaproof.postgres._keeper import STOP_WITHIN_S, free_shared_memory

PREFIX = "schemaproof-"
OWN_NAME = re.compile("[0-9a-f]{16}")
# A run of this repository's own suite peaks near 400 MiB.
ROOM_BYTES = 1 << 30
# A socket's path must fit sockaddr_un.sun_path: 108 bytes on Linux, 104 on macOS, with the NUL.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"


def cache_directory() -> Path:
    """
    Return where prepared clusters are kept; ``SCHEMAPROOF_CACHE_DIR`` overrides it.
    """
    named = os.environ.get("SCHEMAPROOF_CACHE_DIR")
    return Path(named) if named else Path(platformdirs.user_cache_dir("schemaproof"))


def data_home() -> Path:
    """
    Return a directory for throwaway data: tmpfs with room, else the temp directory.
    """
    memory = Path("/dev/shm")  # noqa: S108 - the kernel's tmpfs, which is world-writable and sticky
    temp = Path(tempfile.gettempdir())
    for place in (memory, temp, Path("/tmp")):  # noqa: S108 - as above
        if _is_usable(place) and (place is not memory or _room(place) >= ROOM_BYTES):
            return place
    return temp


def sweep(home: Path, *, uid: int) -> None:
    """
    Remove what runs of the account ``uid`` left that were killed together with their keeper.
    """
    for stale in home.glob(f"{PREFIX}*"):
        # People give the name of the package to folders of their own.
        if not OWN_NAME.fullmatch(stale.name.removeprefix(PREFIX)):
            continue
        with contextlib.suppress(OSError):
            # A minute's grace: a new directory is there a moment before it is locked.
            if stale.stat().st_uid == uid and time.time() - stale.stat().st_mtime > 60:
                _remove_if_abandoned(stale)


@contextlib.contextmanager
def held(directory: Path) -> Iterator[None]:
    """
    Mark ``directory`` as in use by this process.
    """
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def _remove_if_abandoned(directory: Path) -> None:
    with (directory / "lock").open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        with contextlib.suppress(OSError, ValueError, IndexError):
            _end_server(directory / "data")
        shutil.rmtree(directory, ignore_errors=True)


def _end_server(data: Path) -> None:
    # The fields of the file: src/include/utils/pidfile.h
    words = (data / "postmaster.pid").read_text().split("\n")
    pid, (key, segment) = int(words[0]), map(int, words[6].split())
    place = Path(f"/proc/{pid}/cwd")
    end = time.monotonic() + STOP_WITHIN_S
    # The number may belong to another process by now; a server sits in its data directory.
    with contextlib.suppress(OSError):
        while place.samefile(data) and time.monotonic() < end:
            os.kill(pid, signal.SIGQUIT)
            time.sleep(0.005)
    # The processes of a server that was killed let go of it one by one.
    while (attached := _attached(key, segment)) and time.monotonic() < end:
        time.sleep(0.005)
    # After the machine has restarted, both may belong to another server, but one that is attached.
    if attached == 0:
        free_shared_memory(segment)


def _attached(key: int, segment: int) -> int | None:
    """
    Return how many processes use a System V segment; None if there is none.
    """
    for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]:
        # key shmid perms size cpid lpid nattch ...; PostgreSQL writes a key without a sign.
        words = line.split()
        if (int(words[0]) - key) % (1 << 32) == 0 and int(words[1]) == segment:
            return int(words[6])
    return None


def _is_usable(place: Path) -> bool:
    longest = place / f"{PREFIX}{'x' * 16}" / SOCKET_NAME
    return os.access(place, os.W_OK | os.X_OK) and len(str(longest)) <= LONGEST_SOCKET_PATH


def _room(place: Path) -> int:
    return shutil.disk_usage(place).free
