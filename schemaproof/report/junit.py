"""
Write a report as JUnit XML: a suite for each family, a case for each claim.

Without times, so that two writings of one report are the same bytes. A case has one failure at
most, because GitLab and Jenkins read the first alone; it tells all violations of its claim.

Source: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

from schemaproof.report.broken import Broken, broken
from schemaproof.report.json import shown_path
from schemaproof.report.places import place_of
from schemaproof.report.report import Proof, Report

# https://www.w3.org/TR/xml/#charsets: what no document may hold, escaped or not.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(report: Report, *, root: Path, base: Path) -> str:
    """
    Return the report as an XML document; files are named relative to ``base``.
    """
    found = broken(report)
    suites = ET.Element("testsuites", {"name": "schemaproof", **_counts(report.proofs)})
    for family, proofs in groupby(report.proofs, lambda proof: proof.claim.check.family):
        alike = tuple(proofs)
        suite = ET.SubElement(suites, "testsuite", {"name": family, **_counts(alike)})
        for proof in alike:
            its = [one for _, one in zip(proof.violations, found, strict=False)]
            _case(suite, proof, its, (root, base))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, encoding="unicode")


def _counts(proofs: tuple[Proof, ...]) -> dict[str, str]:
    ended = [proof.status for proof in proofs]
    return {
        "tests": str(len(ended)),
        "failures": str(ended.count("violated")),
        "errors": "0",
        "skipped": str(ended.count("skipped")),
    }


def _case(suite: ET.Element, proof: Proof, its: list[Broken], at: tuple[Path, Path]) -> None:
    claim = proof.claim
    case = ET.SubElement(
        suite,
        "testcase",
        # Dots make packages of it in Jenkins.
        classname=claim.check.name.replace("/", "."),
        name=_allowed(str(claim)),
    )
    new = [one for one in its if one.is_new]
    if its:
        place = place_of((new or its)[0].violation, at[0])
        case.set("file", _allowed(shown_path(place.file, at[1])))
        case.set("line", str(place.line or 1))
    if new:
        _failure(case, new)
    elif proof.status == "skipped":
        ET.SubElement(case, "skipped", message=_allowed(proof.skipped or ""))
    told = [*(_covered(one) for one in its if not one.is_new), *proof.seen]
    if told:
        ET.SubElement(case, "system-out").text = _allowed("\n".join(told))


def _failure(case: ET.Element, new: list[Broken]) -> None:
    first = new[0]
    more = f" (and {len(new) - 1} more)" if new[1:] else ""
    message = f"{first.violation.where}: {first.violation.found}{more}"
    failure = ET.SubElement(case, "failure", type=first.check.severity, message=_allowed(message))
    failure.text = _allowed("\n\n".join(map(_whole, new)))


def _whole(one: Broken) -> str:
    said = one.violation
    return f"{said.where}\nfound: {said.found}\nbecause: {said.because}\nfix: {said.fix}"


def _covered(one: Broken) -> str:
    assert one.waiver is not None  # noqa: S101 - for the type checker: it is not new
    word = "" if one.is_known else "waived: "
    return f"{one.violation.where}: {word}{one.waiver.reason}"


def _allowed(text: str) -> str:
    return FORBIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
