"""
The JUnit XML is XML, whatever a database is called, and counts as the report counts.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from junitparser import JUnitXml

from schemaproof.checks import Location
from schemaproof.configuration import Waiver
from schemaproof.report import Report
from schemaproof.report.junit import to_junit
from tests.harness.report.evil import EVIL, ROOT, evil_report, proof, violation

NAME = "history/single-head"


def _xml(report: Report) -> str:
    return to_junit(report, root=ROOT, base=ROOT)


def _case(*violations: object, **more: object) -> ET.Element:
    tree = ET.fromstring(_xml(Report(proofs=(proof(NAME, "t", *violations, **more),))))  # noqa: S314 - our own
    case = tree.find("./testsuite/testcase")
    assert case is not None
    return case


def test_an_evil_report_is_read_by_another_program():
    read = JUnitXml.fromstring(_xml(evil_report()).encode())

    assert [suite.name for suite in read] == ["history", "indexes", "references"]
    assert sum(len(list(suite)) for suite in read) == read.tests == 5 * len(EVIL)
    assert (read.failures, read.skipped, read.errors) == (len(EVIL), len(EVIL), 0)


def test_what_xml_forbids_is_written_out():
    text = _xml(evil_report())

    assert "bell\\x07 escape\\x1b[31m" in text
    assert "lone \\ud800 and \\udcff" in text
    assert "عربي" in text


def test_a_case_tells_all_its_violations_in_one_failure():
    """
    GitLab and Jenkins read the first failure of a case alone.
    """
    place = Location(file=ROOT / "models" / "t.py", line=4)

    case = _case(violation("one", location=place), violation("two"))

    (failure,) = case.findall("failure")
    assert failure.get("message") == "one: one (and 1 more)"
    assert failure.get("type") == "error"
    for words in ("one\nfound: one\nbecause: one\nfix: one", "two\nfound: two"):
        assert words in (failure.text or "")
    assert (case.get("file"), case.get("line")) == ("models/t.py", "4")
    assert (case.get("classname"), case.get("name")) == ("history.single-head", f"{NAME}[t]")


def test_a_waived_case_passes_and_says_why():
    case = _case(violation("w"), waivers=(Waiver(check=NAME, where="w", reason="asked for"),))

    assert case.find("failure") is None
    assert case.findtext("system-out") == "w: waived: asked for"


@pytest.mark.parametrize(
    ("more", "child"), [({"skipped": "why"}, "skipped"), ({"seen": ("s",)}, "system-out")]
)
def test_a_case_without_violations_says_what_became_of_it(more, child):
    assert [element.tag for element in _case(**more)] == [child]


def test_two_writings_are_the_same_bytes():
    assert _xml(evil_report()).encode() == _xml(evil_report()).encode()
