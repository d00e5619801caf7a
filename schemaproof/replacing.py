"""
Put a document in the place of a file in one step, so that nobody sees half of it.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path


def replace_file(file: Path, document: bytes) -> None:
    """
    Write a file whole; if that fails, what was there is still there.

    A link stays one, and a file that was there keeps its mode.

    Raises:
        OSError: It cannot be written.
    """
    target = file.resolve()
    if target.exists() and not target.is_file():
        # A pipe or a device is written, not replaced.
        target.write_bytes(document)
        return
    scratch = scratch_beside(target)
    try:
        scratch.write_bytes(document)
        if target.exists():
            scratch.chmod(target.stat().st_mode & 0o7777)
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)


def scratch_beside(file: Path) -> Path:
    """
    Return a file in the same directory that no other process or thread writes.
    """
    # Not named after the file, whose name may be as long as names can be.
    return file.with_name(f".schemaproof-{os.getpid()}-{threading.get_ident()}.part")
