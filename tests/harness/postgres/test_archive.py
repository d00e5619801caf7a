"""
A packed directory comes back as it was, or is recognised as damaged.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path

import pytest

from schemaproof.postgres import _archive

ME = {"uid": os.geteuid(), "gid": os.getegid()}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """
    A directory with an empty folder, an empty file, bytes of every value and odd names.
    """
    root = tmp_path / "tree"
    (root / "empty" / "deeper").mkdir(parents=True)
    (root / "base" / "1").mkdir(parents=True)
    (root / "base" / "1" / "Ünïcode name").write_bytes(bytes(range(256)) * 40)
    (root / "base" / "nothing").touch()
    (root / "new\nline").write_text("x")
    return root


def _shape(root: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None
        for path in root.rglob("*")
    }


def test_a_directory_comes_back_as_it_was(tree, tmp_path):
    archive = tmp_path / "cache" / "one.cluster"

    _archive.pack(tree, archive)
    _archive.unpack(archive, tmp_path / "copy", **ME)

    assert _shape(tmp_path / "copy") == _shape(tree)


def test_what_comes_back_is_closed_to_others(tree, tmp_path):
    archive = tmp_path / "one.cluster"
    before = os.umask(0)
    try:
        _archive.pack(tree, archive)
        _archive.unpack(archive, tmp_path / "copy", **ME)
    finally:
        os.umask(before)

    found = [tmp_path / "copy", *(tmp_path / "copy").rglob("*")]
    assert [path for path in found if path.stat().st_mode & 0o077] == []


def _cut(whole: bytes) -> bytes:
    return whole[:-1]


def _halve(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _swap_sizes(whole: bytes) -> bytes:
    return whole.replace(b"nothing", b"no/../x", 1)


def _flip_last_byte(whole: bytes) -> bytes:
    return whole[:-1] + bytes([whole[-1] ^ 1])


def _append(whole: bytes) -> bytes:
    return whole + b"x"


DAMAGES = {
    "cut short by a byte": _cut,
    "cut in half": _halve,
    "a byte of the contents altered": _flip_last_byte,
    "a name altered": _swap_sizes,
    "longer": _append,
    "empty": lambda _: b"",
    "a line alone": lambda whole: whole[: whole.index(b"\n") + 1],
    "other JSON": lambda _: b"null\n",
    "other JSON with a checksum": lambda _: json.dumps({"crc32": zlib.crc32(b"")}).encode() + b"\n",
    "a list": lambda _: b"[]\n[]\n",
    "zeros": lambda whole: bytes(len(whole)),
    "not text": lambda _: b"\xff\xfe\n",
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_recognised_before_anything_is_written(name, tree, tmp_path):
    archive = tmp_path / "one.cluster"
    _archive.pack(tree, archive)
    archive.write_bytes(DAMAGES[name](archive.read_bytes()))

    with pytest.raises(_archive.DamagedArchive, match="remove it"):
        _archive.unpack(archive, tmp_path / "copy", **ME)

    assert not (tmp_path / "copy").exists()


def test_a_missing_archive_is_a_damaged_one(tmp_path):
    with pytest.raises(_archive.DamagedArchive):
        _archive.unpack(tmp_path / "none", tmp_path / "copy", **ME)


def test_what_a_killed_run_left_half_written_is_removed(tmp_path):
    """
    What is being written stays.
    """
    archive = tmp_path / "cache" / "one.cluster"
    archive.parent.mkdir()
    old, new = (archive.with_name(f"one.cluster.{word}.partial") for word in ("old", "new"))
    old.touch()
    new.touch()
    os.utime(old, (0, 0))

    _archive.remove_partials(archive)

    assert [*archive.parent.iterdir()] == [new]
