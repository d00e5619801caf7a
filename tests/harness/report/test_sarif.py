"""
The SARIF is valid, and lies where code hosts look for it.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest

from schemaproof.checks import Location
from schemaproof.configuration import Waiver
from schemaproof.report import Report
from schemaproof.report.known import Known
from schemaproof.report.sarif import to_sarif
from tests.harness.report.evil import CHECKS, EVIL, FILES, ROOT, evil_report, proof, violation

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text())
NAME = "history/single-head"


def _run(report: Report) -> dict[str, Any]:
    document = json.loads(to_sarif(report, root=ROOT, base=ROOT))
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    (run,) = document["runs"]
    return run


def _result(*waivers: Waiver | None, **more: object) -> dict[str, Any]:
    found = proof(NAME, "", violation("t", **more), waivers=waivers or (None,))
    (result,) = _run(Report(proofs=(found,)))["results"]
    return result


def test_an_evil_report_is_valid_and_says_all():
    run = _run(evil_report())

    told = [result["message"]["text"] for result in run["results"]]
    assert len(told) == 2 * len(EVIL)
    assert any(EVIL["script"] in text for text in told)
    assert any(EVIL["right to left"] in text for text in told)


def test_the_schema_refuses_what_is_wrong():
    """
    So that what the test above says means something.
    """
    document = json.loads(to_sarif(evil_report(), root=ROOT, base=ROOT))
    document["runs"][0]["results"][0]["level"] = "fatal"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate(document)


@pytest.mark.parametrize("name", FILES)
def test_an_odd_file_name_comes_back_from_its_uri(name):
    result = _result(location=Location(file=ROOT / "models" / name, line=7))

    (location,) = result["locations"]
    physical = location["physicalLocation"]
    uri = urlsplit(physical["artifactLocation"]["uri"])
    assert (uri.scheme, uri.netloc, uri.query, uri.fragment) == ("", "", "", "")
    assert os.fsdecode(unquote_to_bytes(uri.path)) == f"models/{name}"
    assert physical["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
    assert physical["region"] == {"startLine": 7}


def test_a_file_elsewhere_has_a_whole_uri():
    (location,) = _result(location=Location(file=Path("/opt/x y.py")))["locations"]

    assert location["physicalLocation"] == {"artifactLocation": {"uri": "file:///opt/x%20y.py"}}


def test_what_lies_nowhere_is_shown_where_the_project_is_told():
    """
    Code hosts refuse a result without a file.
    """
    (location,) = _result()["locations"]

    artifact = location["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "pyproject.toml", "uriBaseId": "%SRCROOT%"}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "t"}]


def test_a_waived_violation_is_suppressed():
    result = _result(Waiver(check=NAME, where="t", reason="asked for"))

    assert result["suppressions"] == [{"kind": "external", "justification": "asked for"}]
    assert "suppressions" not in _result()


def test_a_baseline_says_what_is_new():
    """
    Without one nothing is said of it.
    """
    both = proof(
        NAME, "", violation("a"), violation("b"), waivers=(Known(check=NAME, where="a"), None)
    )
    report = Report(proofs=(both,), gone=())

    states = [result["baselineState"] for result in _run(report)["results"]]

    assert states == ["unchanged", "new"]
    assert not any("baselineState" in one for one in _run(replace(report, gone=None))["results"])


def test_a_rule_brings_its_page():
    run = _run(evil_report())

    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules[NAME]["help"]["markdown"] == CHECKS[NAME].page
    assert rules[NAME]["shortDescription"]["text"] == CHECKS[NAME].summary
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert (rule["id"], result["level"]) == (
            result["ruleId"],
            CHECKS[result["ruleId"]].severity,
        )


def test_two_writings_are_the_same_bytes():
    first, second = (to_sarif(evil_report(), root=ROOT, base=ROOT).encode() for _ in range(2))

    assert first == second
