"""
Find everything that a run has on this machine: processes, directories, sockets, shared memory.

A run is given a word of its own. It stands in the environment of its processes and in the names of
its directories, so that runs of other people on the same machine are not taken for it. A System V
segment bears no word: there, what a dead process left to nobody counts, unless its server's
directory is still there: then somebody has yet to clear up both, and the directory tells who.

Source: https://man7.org/linux/man-pages/man5/proc.5.html
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

WORD = "SCHEMAPROOF_TEST_RUN"
PLACES = {Path("/dev/shm"), Path("/tmp"), Path(tempfile.gettempdir())}  # noqa: S108 - only looked at


def processes(word: str) -> dict[int, str]:
    """
    Return the command lines of the run's processes, by process id.
    """
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        # A process may end while it is looked at, and another user's hides its environment.
        texts = [_read(folder / name) for name in ("cmdline", "environ")]
        texts.append(_link(folder / "cwd"))
        if any(word in text for text in texts) and int(folder.name) != os.getpid():
            found[int(folder.name)] = texts[0].replace("\0", " ")
    return found


def directories(word: str) -> list[Path]:
    """
    Return the run's directories, in memory and in the temp directory.
    """
    return [path for place in PLACES for path in place.glob(f"schemaproof-*{word}*")]


def sockets(word: str) -> list[str]:
    """
    Return the run's sockets that are bound, whether or not their files are still there.
    """
    return [line for line in _read(Path("/proc/net/unix")).splitlines() if word in line]


def segments() -> dict[int, bool]:
    """
    Return the System V segments, and of each whether it is abandoned.

    An abandoned one has nobody attached, and both its maker and its data directory are gone.
    """
    found: dict[int, bool] = {}
    kept = _data_directories()
    for line in _read(Path("/proc/sysvipc/shm")).splitlines()[1:]:
        # key shmid perms size cpid lpid nattch ...
        words = line.split()
        is_used = words[6] != "0" or _lives(words[4]) or int(words[0]) % (1 << 32) in kept
        found[int(words[1])] = not is_used
    return found


def _lives(pid: str) -> bool:
    # A dead one stays listed until its parent takes note, which an idle init may do late.
    state = _read(Path("/proc", pid, "stat")).rpartition(")")[2].split()
    return bool(state) and state[0] != "Z"


def _data_directories() -> set[int]:
    # The key of a server's segment is the inode of its data directory, in 32 bits:
    # PGSharedMemoryCreate in src/backend/port/sysv_shmem.c
    found = set()
    for data in (path for place in PLACES for path in place.glob("schemaproof-*/data")):
        with contextlib.suppress(OSError):
            found.add(data.stat().st_ino % (1 << 32))
    return found


def all_of(word: str) -> list[str]:
    """
    Return everything of the run that can be told by its word, for a person to read.
    """
    return [
        *(f"process {pid}: {command}" for pid, command in processes(word).items()),
        *(f"directory {path}" for path in directories(word)),
        *(f"socket {line}" for line in sockets(word)),
    ]


def wait_until(is_so: Callable[[], object], *, within_s: float) -> bool:
    """
    Wait for something to become true; return whether it did in time.
    """
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.005)
    return bool(is_so())


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""
