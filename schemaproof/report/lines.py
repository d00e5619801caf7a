"""
Write a report as editors read it: one line a violation, ``file:line: severity: check: what``.
"""

from __future__ import annotations

from pathlib import Path

from schemaproof.report.broken import Broken, broken
from schemaproof.report.escaping import one_line
from schemaproof.report.json import shown_path
from schemaproof.report.places import place_of
from schemaproof.report.report import Report


def to_lines(report: Report, *, root: Path, base: Path) -> list[str]:
    """
    Return a line for each violation that fails the run; files are named relative to ``base``.
    """
    return [_line(one, root, base) for one in broken(report) if one.is_new]


def _line(one: Broken, root: Path, base: Path) -> str:
    place, said = place_of(one.violation, root), one.violation
    file = shown_path(place.file, base)
    words = f"{one.check.name}: {said.where}: {said.found}. {said.fix}"
    return one_line(f"{file}:{place.line or 1}: {one.check.severity}: {words}")
