"""
Write violations as GitHub's annotations, which it shows beside the lines of a merge.

Source: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
"""

from __future__ import annotations

from pathlib import Path

from schemaproof.report.broken import Broken, broken
from schemaproof.report.escaping import encodable
from schemaproof.report.json import shown_path
from schemaproof.report.places import place_of
from schemaproof.report.report import Report


def to_annotations(report: Report, *, root: Path, base: Path) -> list[str]:
    """
    Return a command for each violation that fails the run; files are relative to ``base``.
    """
    return [_annotation(one, root, base) for one in broken(report) if one.is_new]


def _annotation(one: Broken, root: Path, base: Path) -> str:
    place, said = place_of(one.violation, root), one.violation
    properties = {
        "file": shown_path(place.file, base),
        "line": str(place.line or 1),
        "title": f"{one.check.name}: {said.where}",
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    words = f"{said.found}\n{said.because}\n{said.fix}"
    return encodable(f"::{one.check.severity} {told}::{_data(words)}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
