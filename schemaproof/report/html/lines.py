"""
Find the lines of a checklist that is written as a Markdown page.

A line is a row of a table, whose first cell claims something and whose others say how that is
known, or an item of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*")
ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*)")
FENCE = re.compile(r"\s*(```|~~~)")
# The names of the columns, and a line of dashes.
HEAD_ROWS = 2
BETWEEN = " / "


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    A line of a checklist.

    Attributes:
        heading: The headings it stands under, without the page's own unless that is all.
        claim: What it claims.
        proof: How that is known, if it is a row of a table.
    """

    heading: str
    claim: str
    proof: str


def lines_of(page: str) -> Iterator[Line]:
    """
    Yield the lines of a page.
    """
    headings: list[tuple[int, str]] = []
    rows, is_code = 0, False
    for text in page.splitlines():
        if FENCE.match(text):
            is_code = not is_code
        if is_code:
            continue
        rows = rows + 1 if text.startswith("|") else 0
        if found := HEADING.fullmatch(text):
            level = len(found[1])
            headings = [*(above for above in headings if above[0] < level), (level, found[2])]
        elif rows > HEAD_ROWS:
            claim, *others = (cell.strip() for cell in text.strip().strip("|").split(" | "))
            yield Line(heading=_path(headings), claim=claim, proof=" ".join(others))
        elif not rows and (found := ITEM.fullmatch(text)):
            yield Line(heading=_path(headings), claim=found[1], proof="")


def _path(headings: list[tuple[int, str]]) -> str:
    names = [name for level, name in headings if level > 1] or [name for _, name in headings]
    return BETWEEN.join(names)
