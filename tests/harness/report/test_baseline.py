"""
What an earlier report holds does not fail again, and only that.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemaproof.checks import Violation
from schemaproof.configuration import Waiver
from schemaproof.report import Report, to_json
from schemaproof.report.baseline import BadBaseline, compare, read_baseline
from schemaproof.report.broken import broken
from tests.harness.report.evil import ROOT, evil_report, proof, violation

NAME, OTHER = "history/single-head", "indexes/redundant-index"


def _report(*violations: Violation, **more: object) -> Report:
    return Report(proofs=(proof(OTHER, "x", seen=("s",)), proof(NAME, "", *violations, **more)))


def _later(earlier: Report, now: Report, tmp_path: Path) -> Report:
    file = tmp_path / "baseline.json"
    file.write_text(to_json(earlier, root=ROOT))
    return compare(now, read_baseline(file))


def test_what_is_known_does_not_fail(tmp_path):
    report = _later(_report(violation("a")), _report(violation("a", found="moved")), tmp_path)

    document = json.loads(to_json(report, root=ROOT))
    assert (document["verdict"], document["counts"]["violated"]) == ("proved", 0)
    (told,) = document["violations"]
    assert (told["known"], told["waived"]) == (True, None)
    assert document["baseline"] == {"known": 1, "gone": []}


def test_what_is_new_fails(tmp_path):
    report = _later(_report(violation("a")), _report(violation("a"), violation("b")), tmp_path)

    assert not report.is_proved
    assert [(one.violation.where, one.is_new) for one in broken(report)] == [
        ("a", False),
        ("b", True),
    ]


def test_the_second_of_two_at_one_place_is_new(tmp_path):
    """
    One that is known does not hide another of the same check at the same place.
    """
    twice = _report(violation("a"), violation("a", found="another"))

    report = _later(_report(violation("a")), twice, tmp_path)

    assert [one.is_new for one in broken(report)] == [False, True]
    assert len({one.fingerprint for one in broken(report)}) == 2
    assert _later(twice, twice, tmp_path).is_proved


def test_what_is_known_keeps_known_in_the_next_baseline(tmp_path):
    first = _report(violation("a"))
    second = _later(first, _report(violation("a")), tmp_path)

    assert _later(second, _report(violation("a")), tmp_path).is_proved


def test_what_was_waived_is_new_without_its_waiver(tmp_path):
    """
    Or a waiver that has ended would be one for ever.
    """
    waived = _report(violation("a"), waivers=(Waiver(check=NAME, where="a", reason="r"),))

    assert not _later(waived, _report(violation("a")), tmp_path).is_proved


def test_a_waiver_goes_before_the_baseline(tmp_path):
    waived = _report(violation("a"), waivers=(Waiver(check=NAME, where="a", reason="r"),))

    report = _later(_report(violation("a")), waived, tmp_path)

    assert report.known == 0
    assert report.gone == ()


def test_what_is_no_longer_found_is_told(tmp_path):
    report = _later(_report(violation("a"), violation("b")), _report(violation("a")), tmp_path)

    assert [(one.check, one.where) for one in report.gone] == [(NAME, "b")]


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(Report(proofs=(proof(OTHER, "x", seen=("s",)),)), id="not run"),
        pytest.param(_report(skipped="why"), id="skipped"),
    ],
)
def test_what_was_not_looked_at_is_not_gone(now, tmp_path):
    assert _later(_report(violation("a")), now, tmp_path).gone == ()


def test_an_evil_report_is_its_own_baseline(tmp_path):
    """
    Fingerprints survive whatever names a file brings back.
    """
    report = _later(evil_report(), evil_report(), tmp_path)

    assert report.counts["violated"] == 0
    assert report.gone == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(None, r"nothing to read \(No such file", id="no file"),
        pytest.param("", "no JSON", id="empty"),
        pytest.param("[" * 100_000, "no JSON", id="too deep"),
        pytest.param("[]", "no version", id="a list"),
        pytest.param("{}", "no version", id="no version"),
        pytest.param('{"version": 2, "violations": []}', "version 2", id="of another version"),
        pytest.param('{"version": true, "violations": []}', "version True", id="no number"),
        pytest.param('{"version": 1}', "no list of violations", id="no violations"),
        pytest.param('{"version": 1, "violations": 3}', "no list", id="a number of them"),
        pytest.param('{"version": 1, "violations": ["a"]}', "no list", id="words"),
        pytest.param(
            '{"version": 1, "violations": [{"check": 1, "where": "", "fingerprint": ""}]}',
            "no list",
            id="a check that is no name",
        ),
    ],
)
def test_what_is_no_report_is_refused_in_one_sentence(text, found, tmp_path):
    file = tmp_path / "baseline.json"
    if text is not None:
        file.write_text(text)

    with pytest.raises(BadBaseline, match=f"needs a report of version 1 .*{found}.*--json"):
        read_baseline(file)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    file = tmp_path / "baseline.json"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(BadBaseline, match="no JSON"):
        read_baseline(file)
