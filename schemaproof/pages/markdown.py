"""
Write names and texts of a database as Markdown that shows them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """
    Yield the lines of a table.
    """
    for cells in (head, tuple("---" for _ in head), *rows):
        yield f"| {' | '.join(map(_cell, cells))} |"


def code(text: str) -> str:
    """
    Return a span of code; it may hold backticks.
    """
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{' '.join(text.split())}{space}{fence}"


def codes(texts: Iterable[str]) -> str:
    """
    Return spans of code, one after the other.
    """
    return ", ".join(map(code, texts))


def prose(text: str | None) -> str:
    """
    Return a comment as running text: what would be markup in it is shown.
    """
    flat = " ".join((text or "").split())
    return re.sub(r"<(?=[!/a-zA-Z])", r"&lt;", flat)


def _cell(text: str) -> str:
    # A bar ends a cell, even in code.
    return text.replace("|", "\\|")
