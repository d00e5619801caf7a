"""
Write files at the end of a run: whole, or not at all.
"""

from __future__ import annotations

from pathlib import Path

from schemaproof.console.streams import writing
from schemaproof.replacing import replace_file, scratch_beside


def check_writable(file: Path) -> None:
    """
    Refuse a file that could not be written; leaves it, and its directory, as they are.
    """
    # A run is too long for finding out at its end.
    with writing(file):
        if file.exists():
            with file.open("ab"):
                return
        scratch = scratch_beside(file)
        scratch.touch(exist_ok=False)
        scratch.unlink()


def write_whole(file: Path, text: str) -> None:
    """
    Put a text in the place of a file, in one step; nobody sees half of it.
    """
    with writing(file):
        replace_file(file, f"{text}\n".encode("utf-8", "backslashreplace"))
