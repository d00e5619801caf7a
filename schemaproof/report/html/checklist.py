"""
Tick the lines of a project's checklist that name what was proved.

A line is judged by what it names in backticks: checks and claims, such as
``references/on-delete-behaves[projects.user_id]``, and tests, such as
``tests/test_keys.py::test_key``, where the outcomes of the last run of the tests are known. It is
as good as the worst of them; a line that names none of these gets no tick.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from schemaproof.checks import all_checks
from schemaproof.report.html.lines import Line, lines_of
from schemaproof.report.html.outcomes import Outcomes
from schemaproof.report.report import Report, Status, status_of

Tick = Literal["proved", "violated", "waived", "skipped", "not_covered", "elsewhere"]
# From what matters most.
WORST: tuple[Tick, ...] = (
    "violated", "not_covered", "skipped", "waived", "proved", "elsewhere",
)  # fmt: skip

# Every second part of what is split by it stood in backticks.
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[([^]]+)]\([^)]*\)")
CLAIM = re.compile(r"([a-z]+/[a-z-]+)(?:\[.*])?")
TEST = re.compile(r"[\w./-]+\.py::\w.*")


@dataclass(frozen=True, kw_only=True)
class Words:
    """
    A part of a line.

    Attributes:
        text: The words.
        is_code: Whether they stood in backticks.
        tick: What became of what they name; None if they name nothing that can be judged.
    """

    text: str
    is_code: bool = False
    tick: Tick | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """
    A line of a checklist.

    Attributes:
        claim: What it claims.
        proof: What the page gives as its proof, if it is a row of a table.
        tick: What is to be said of it.
    """

    claim: tuple[Words, ...]
    proof: tuple[Words, ...]
    tick: Tick


@dataclass(frozen=True, kw_only=True)
class Part:
    """
    The lines below one heading.
    """

    heading: str
    lines: tuple[Item, ...]

    @property
    def tick(self) -> Tick:
        """
        The worst of its lines' ticks.
        """
        return _worst(item.tick for item in self.lines)


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """
    A whole page.

    Attributes:
        parts: Those that have lines.
        knows_tests: Whether tests that a line names were judged too.
        counts: How many lines got which tick, from what matters most.
    """

    parts: tuple[Part, ...]
    knows_tests: bool
    counts: Mapping[Tick, int]


def ticked(page: str, report: Report, outcomes: Outcomes | None = None) -> Checklist:
    """
    Return a checklist with its ticks.

    Args:
        page: The checklist.
        report: What says how checks and claims ended.
        outcomes: What says how tests ended, if that is known.
    """
    judge = _Judge(report, outcomes)
    grouped: dict[str, list[Item]] = {}
    for line in lines_of(page):
        grouped.setdefault(line.heading, []).append(judge.item(line))
    found = Counter(item.tick for items in grouped.values() for item in items)
    return Checklist(
        parts=tuple(Part(heading=head, lines=tuple(items)) for head, items in grouped.items()),
        knows_tests=outcomes is not None,
        counts={tick: found[tick] for tick in WORST if found[tick]},
    )


class _Judge:
    def __init__(self, report: Report, outcomes: Outcomes | None) -> None:
        self.outcomes = outcomes
        self.claims: dict[str, Status] = {str(one.claim): one.status for one in report.proofs}
        self.checks: dict[str, Status] = {
            check.name: status_of(proofs) for check, proofs in report.by_check().items()
        }
        self.names = {check.name for check in all_checks()}

    def item(self, line: Line) -> Item:
        claim, proof = tuple(self._words(line.claim)), tuple(self._words(line.proof))
        ticks = [words.tick for words in (*claim, *proof) if words.tick is not None]
        return Item(claim=claim, proof=proof, tick=_worst(ticks))

    def _words(self, text: str) -> Iterator[Words]:
        for place, words in enumerate(CODE.split(text)):
            if place % 2:
                yield Words(text=words, is_code=True, tick=self._tick(words))
            elif words:
                yield Words(text=LINK.sub(r"\1", words))

    def _tick(self, name: str) -> Tick | None:
        if (found := CLAIM.fullmatch(name)) and found[1] in self.names:
            return self.claims.get(name) or self.checks.get(name, "not_covered")
        if self.outcomes is not None and TEST.fullmatch(name):
            return self.outcomes.of(name) or "not_covered"
        return None


def _worst(ticks: Iterable[Tick]) -> Tick:
    found = {*ticks}
    return next((tick for tick in WORST if tick in found), "elsewhere")
