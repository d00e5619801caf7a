"""
Write what was measured into the documentation, between two marks.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def write_between(page: Path, name: str, lines: Iterable[str]) -> None:
    """
    Put lines in the place of what stands between the marks of that name.
    """
    begin, end = f"<!-- measured: {name} -->", f"<!-- end: {name} -->"
    before, found, rest = page.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{page} needs the marks {begin} and {end}")
    content = "\n".join(lines)
    page.write_text(f"{before}{begin}\n\n{content}\n\n{end}{after}", "utf-8")
