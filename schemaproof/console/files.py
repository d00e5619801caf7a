"""
Write files at the end of a run: whole, or not at all.
"""

from __future__ import annotations

import os
from pathlib import Path

from schemaproof.console.streams import writing


def check_writable(file: Path) -> None:
    """
    Refuse a file that could not be written; leaves it, and its directory, as they are.
    """
    # A run is too long for finding out at its end.
    with writing(file):
        if file.exists():
            with file.open("ab"):
                return
        beside = _beside(file)
        beside.touch(exist_ok=False)
        beside.unlink()


def write_whole(file: Path, text: str) -> None:
    """
    Put a text in the place of a file, in one step; nobody sees half of it.
    """
    document = f"{text}\n".encode("utf-8", "backslashreplace")
    with writing(file):
        target = file.resolve()
        if target.exists() and not target.is_file():
            # A pipe or a device is written, not replaced.
            target.write_bytes(document)
            return
        _replace(target, document)


def _replace(target: Path, document: bytes) -> None:
    beside = _beside(target)
    try:
        beside.write_bytes(document)
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o7777)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _beside(file: Path) -> Path:
    # Not after the file: its name may be as long as names can be.
    return file.with_name(f".schemaproof-{os.getpid()}.part")
