"""
Keep statistics from one run to the next.

They are a matter of the schema, the declared volumes and the server, and of the code that makes
rows of them; what these are is their name.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from schemaproof.plans import BadStatistics, Statistics, from_text, to_text
from schemaproof.postgres import cache_directory
from schemaproof.replacing import replace_file

MAKERS = ("rows", "plans", "scaling")  # packages
MOST_KEPT = 256  # a search for flips asks for dozens


def kept(made_of: object, make: Callable[[], Statistics]) -> Statistics:
    """
    Return statistics that were made before of the same, or make them.

    Args:
        made_of: What they depend on; its ``repr`` is the same if and only if that is.
        make: Makes them.
    """
    name = hashlib.sha256(repr((_code(), made_of)).encode()).hexdigest()
    file = cache_directory() / "statistics" / f"{name}.json"
    with contextlib.suppress(OSError, BadStatistics):
        found = from_text(file.read_text(encoding="utf-8"), f"{file}")
        file.touch()
        return found
    statistics = make()
    # Without a cache it works as well, and takes longer.
    with contextlib.suppress(OSError):
        _write(file, to_text(statistics))
        _forget(file.parent)
    return statistics


@cache
def _code() -> str:
    # The version is the same for all that is tried between two releases.
    found = hashlib.sha256()
    for package in MAKERS:
        for file in sorted((Path(__file__).parents[1] / package).rglob("*.py")):
            found.update(file.read_bytes())
    return found.hexdigest()


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, text.encode())


def _forget(folder: Path) -> None:
    newest = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in newest[MOST_KEPT:]:
        file.unlink(missing_ok=True)
