"""
Editors and GitHub read one line a violation.
"""

from __future__ import annotations

import re

import pytest

from schemaproof.checks import Location
from schemaproof.configuration import Waiver
from schemaproof.report import Report
from schemaproof.report.github import to_annotations
from schemaproof.report.lines import to_lines
from tests.harness.report.evil import EVIL, ROOT, evil_report, proof, violation

NAME = "history/single-head"
PLACE = Location(file=ROOT / "models" / "t.py", line=42)


def _report(text: str, location: Location | None = PLACE) -> Report:
    return Report(proofs=(proof(NAME, "", violation(text, location=location)),))


def _lines(report: Report) -> list[str]:
    return to_lines(report, root=ROOT, base=ROOT)


def _annotations(report: Report) -> list[str]:
    return to_annotations(report, root=ROOT, base=ROOT)


def test_a_line_is_what_an_editor_looks_for():
    assert _lines(_report("t")) == [f"models/t.py:42: error: {NAME}: t: t. t"]


def test_what_lies_nowhere_is_shown_where_the_project_is_told():
    (line,) = _lines(_report("t", None))

    assert line.startswith("pyproject.toml:1: error: ")


@pytest.mark.parametrize("kind", EVIL)
def test_an_evil_name_stays_on_its_line(kind):
    """
    Nothing that a terminal obeys, and nothing that it cannot encode.
    """
    (line,) = _lines(_report(EVIL[kind]))

    assert line.isprintable()
    assert line.encode()
    assert re.match(rf"models/t\.py:42: error: {NAME}: ", line)


def test_covered_violations_are_no_news():
    waiver = Waiver(check=NAME, where="t", reason="r")
    report = Report(proofs=(proof(NAME, "", violation("t"), waivers=(waiver,)),))

    assert (_lines(report), _annotations(report)) == ([], [])


def _unescaped(text: str) -> str:
    # As the runner undoes it: the percent sign last.
    marks = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    for escaped, sign in marks.items():
        text = text.replace(escaped, sign)
    return text


@pytest.mark.parametrize("kind", [kind for kind in EVIL if kind != "surrogate"])
def test_github_reads_back_what_was_said(kind):
    text = EVIL[kind]

    (line,) = _annotations(_report(text))

    assert "\n" not in line
    assert "\r" not in line
    command, properties, data = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line, re.DOTALL).groups()
    read = dict(pair.split("=", 1) for pair in properties.split(","))
    assert command == "error"
    assert {name: _unescaped(value) for name, value in read.items()} == {
        "file": "models/t.py",
        "line": "42",
        "title": f"{NAME}: {text}",
    }
    assert _unescaped(data) == f"{text}\n{text}\n{text}"


def test_no_surrogate_is_left():
    assert "\n".join(_annotations(evil_report())).encode()
