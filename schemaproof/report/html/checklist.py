"""
Tick the lines of a project's checklist that name what this report has proved.

A line is a row of a table or an item of a list in a Markdown page. It is judged by the checks and
claims it names in backticks, such as ``references/on-delete-behaves[projects.user_id]``: it is as
good as the worst of them. A line that names none is proved elsewhere or nowhere, and gets no tick.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from schemaproof.checks import all_checks
from schemaproof.report.report import Report, Status, status_of

Tick = Literal["proved", "violated", "waived", "skipped", "not_covered", "elsewhere"]
# From what matters most.
WORST: tuple[Tick, ...] = ("violated", "not_covered", "skipped", "waived", "proved")

HEADING = re.compile(r"#{1,6}\s+(.*)")
ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*)")
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[([^]]+)]\([^)]*\)")
CLAIM = re.compile(r"([a-z]+/[a-z-]+)(?:\[.*])?")
# The names of the columns, and a line of dashes.
HEAD_ROWS = 2
FENCE = re.compile(r"\s*(```|~~~)")


@dataclass(frozen=True, kw_only=True)
class Item:
    """
    A line of a checklist.

    Attributes:
        text: What it claims.
        proof: What the page gives as its proof, if it is a row of a table.
        tick: What this report says of it.
        named: What it names that this report can judge.
    """

    text: str
    proof: str
    tick: Tick
    named: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """
    The lines below one heading.
    """

    heading: str
    lines: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """
    A whole page.

    Attributes:
        parts: Those that have lines.
        counts: How many lines got which tick.
    """

    parts: tuple[Part, ...]
    counts: Mapping[Tick, int]


def ticked(text: str, report: Report) -> Checklist:
    """
    Return a checklist with the ticks that a report gives it.
    """
    judge = _Judge(report)
    grouped: dict[str, list[Item]] = {}
    for heading, claim, proof in _lines(text):
        named = tuple(judge.known(f"{claim} {proof}"))
        tick = judge.tick(named)
        item = Item(text=_plain(claim), proof=_plain(proof), tick=tick, named=named)
        grouped.setdefault(heading, []).append(item)
    parts = tuple(Part(heading=head, lines=tuple(items)) for head, items in grouped.items())
    return Checklist(
        parts=parts, counts=Counter(item.tick for part in parts for item in part.lines)
    )


class _Judge:
    def __init__(self, report: Report) -> None:
        self.claims: dict[str, Status] = {str(one.claim): one.status for one in report.proofs}
        self.checks: dict[str, Status] = {
            check.name: status_of(proofs) for check, proofs in report.by_check().items()
        }
        self.names = {check.name for check in all_checks()}

    def known(self, text: str) -> Iterator[str]:
        for word in CODE.findall(text):
            found = CLAIM.fullmatch(word)
            if found and found[1] in self.names:
                yield word

    def tick(self, named: tuple[str, ...]) -> Tick:
        if not named:
            return "elsewhere"
        found = {self._of(name) for name in named}
        return next(tick for tick in WORST if tick in found)

    def _of(self, name: str) -> Tick:
        if name in self.claims:
            return self.claims[name]
        return self.checks.get(name, "not_covered")


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    heading, rows, is_code = "", 0, False
    for line in text.splitlines():
        if FENCE.match(line):
            is_code = not is_code
        if is_code:
            continue
        rows = rows + 1 if line.startswith("|") else 0
        if found := HEADING.match(line):
            heading = found[1].strip()
        elif rows > HEAD_ROWS:
            claim, *others = (cell.strip() for cell in line.strip().strip("|").split(" | "))
            yield heading, claim, " ".join(others)
        elif not rows and (found := ITEM.fullmatch(line)):
            yield heading, found[1], ""


def _plain(text: str) -> str:
    return LINK.sub(r"\1", text)
