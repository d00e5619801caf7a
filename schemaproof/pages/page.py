"""
Hold a page as it is and as it must be, and say in a few lines where they differ.
"""

from __future__ import annotations

import difflib
import itertools
from dataclasses import dataclass
from pathlib import Path

from schemaproof.errors import SchemaproofError
from schemaproof.replacing import replace_file

MOST_LINES = 12


@dataclass(frozen=True, kw_only=True)
class Page:
    """
    One page with generated parts.

    Attributes:
        file: Where it is.
        name: The same, from the project's folder.
        found: What is there; None if there is no such file.
        needed: What must be there.
    """

    file: Path
    name: str
    found: str | None
    needed: str

    @property
    def is_stale(self) -> bool:
        """
        Whether it is not as it must be.
        """
        return self.found != self.needed

    @property
    def told(self) -> str:
        """
        What is wrong with it: in the first line where, below it the lines that differ.
        """
        if self.found is None:
            return f"{self.name}: is missing"
        here, there = self.found.splitlines(), self.needed.splitlines()
        pairs = itertools.zip_longest(here, there)
        line = next((n for n, (old, new) in enumerate(pairs, 1) if old != new), len(here))
        changed = [
            text
            for text in difflib.unified_diff(here, there, lineterm="", n=0)
            if not text.startswith(("---", "+++", "@@"))
        ]
        shown = changed[:MOST_LINES]
        if len(changed) > MOST_LINES:
            shown.append(f"… and {len(changed) - MOST_LINES} lines more")
        return "\n".join([f"{self.name}:{line}: is stale", *(f"  {text}" for text in shown)])

    def write(self) -> None:
        """
        Make it what it must be; if that fails, what was there is still there.

        Raises:
            SchemaproofError: It cannot be written.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self.file, self.needed.encode())
        except OSError as error:
            raise SchemaproofError(f"cannot write {self.name}: {error.strerror}") from error
