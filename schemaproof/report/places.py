"""
Say where in the project's files a violation is to be shown.
"""

from __future__ import annotations

from pathlib import Path

from schemaproof.checks import Location, Violation


def place_of(violation: Violation, root: Path) -> Location:
    """
    Return its location; without one, the file in which the project says what its schema is.
    """
    # Programs that show violations beside the code refuse those that lie nowhere.
    return violation.location or Location(file=root / "pyproject.toml")


def repository_of(root: Path) -> Path:
    """
    Return the directory to which a hosting service's paths are relative.
    """
    return next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
