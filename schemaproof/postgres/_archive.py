"""
Keep a directory in one file that shows whether it is whole.

The file is a CRC-32 of all that follows, a line of JSON (sizes, paths) and the contents one after
the other. One file can be put in place by one rename, read in one go and verified in one pass;
a zip file did the same in twice the time, which every start from the cache would pay.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
import zlib
from pathlib import Path

from schemaproof.errors import SchemaproofError

ABANDONED_AFTER_S = 60.0


class DamagedArchive(SchemaproofError):
    """The file is not what `pack` wrote."""


def pack(directory: Path, archive: Path) -> None:
    """
    Write all of ``directory`` to the file ``archive``, which appears whole or not at all.
    """
    folders: list[str] = []
    files: list[tuple[str, int]] = []
    contents: list[bytes] = []
    for folder, subfolders, names in os.walk(directory):
        inside = Path(folder).relative_to(directory)
        subfolders.sort()
        folders.extend(str(inside / name) for name in subfolders)
        for name in sorted(names):
            contents.append(Path(folder, name).read_bytes())
            files.append((str(inside / name), len(contents[-1])))
    head = json.dumps({"folders": folders, "files": files}).encode()
    whole = b"\n".join([head, b"".join(contents)])
    archive.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = archive.with_name(f"{archive.name}.{secrets.token_hex(8)}.partial")
    try:
        partial.write_bytes(b"%08x\n" % zlib.crc32(whole) + whole)
        partial.rename(archive)
    finally:
        partial.unlink(missing_ok=True)


def unpack(archive: Path, directory: Path, *, uid: int, gid: int) -> None:
    """
    Make ``directory`` again from ``archive``, owned by ``uid`` and closed to everybody else.

    Raises:
        DamagedArchive: The file is missing, cut short or altered.
    """
    folders, files, body = _read(archive)
    give_away = os.geteuid() == 0
    root = str(directory)
    for folder in ("", *folders):
        path = f"{root}/{folder}"
        os.mkdir(path, 0o700)  # noqa: PTH102 - pathlib doubles the time of this loop
        if give_away:
            os.chown(path, uid, gid)
    start = 0
    for name, size in files:
        handle = os.open(f"{root}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            written = 0
            # Where room runs out, a write takes a part; only the next one fails.
            while written < size:
                written += os.write(handle, body[start + written : start + size])
            if give_away:
                os.fchown(handle, uid, gid)
        finally:
            os.close(handle)
        start += size


def _read(archive: Path) -> tuple[list[str], list[tuple[str, int]], memoryview]:
    with contextlib.suppress(OSError, ValueError):
        content = archive.read_bytes()
        view = memoryview(content)
        if zlib.crc32(view[9:]) == int(content[:8], 16):
            end = content.index(b"\n", 9)
            head = json.loads(content[9:end])
            return head["folders"], head["files"], view[end + 1 :]
    raise DamagedArchive(f"the prepared cluster {archive} is damaged: remove it")


def remove_partials(archive: Path) -> None:
    """
    Remove what killed runs have left beside an archive; writing one takes a fraction of a second.
    """
    for partial in archive.parent.glob(f"{archive.name}.*.partial"):
        with contextlib.suppress(OSError):
            if time.time() - partial.stat().st_mtime > ABANDONED_AFTER_S:
                partial.unlink()
