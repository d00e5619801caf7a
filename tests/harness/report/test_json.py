"""
The JSON has the shape that other programs were promised.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemaproof.checks import Check, Location, Violation, all_checks
from schemaproof.configuration import Waiver
from schemaproof.report import Claim, NotCovered, Proof, Report, to_json
from tests.harness.report.evil import EVIL, evil_report

CHECKS: dict[str, Check] = {check.name: check for check in all_checks()}
ROOT = Path("/home/somebody/project")
WAIVER = Waiver(check="indexes/redundant-index", where="ix", reason="asked for")


def _violation(where: str, **more: object) -> Violation:
    return Violation(where=where, found="f", because="b", fix="x", **more)  # type: ignore[arg-type]


def _proof(name: str, target: str = "", **more: object) -> Proof:
    return Proof(claim=Claim(check=CHECKS[name], target=target), **more)  # type: ignore[arg-type]


REPORT = Report(
    proofs=(
        _proof(
            "history/downgrade-restores-catalog",
            "0002",
            violations=(
                _violation(
                    "0002: t.ix",
                    revision="0002",
                    location=Location(file=ROOT / "migrations" / "0002.py", line=7),
                ),
            ),
            waivers=(None,),
            elapsed_s=0.1234567,
        ),
        _proof("history/downgrade-restores-catalog", "0003", seen=("2 differences",)),
        _proof("history/single-head", seen=("one",)),
        _proof("indexes/redundant-index", "ix", violations=(_violation("ix"),), waivers=(WAIVER,)),
        _proof("references/on-delete-behaves", "t.p", skipped="no row could be made"),
    ),
    not_covered=(NotCovered(where="t.ck", why="no check offers it rows"),),
    environment={"sqlalchemy": "2", "alembic": "1"},
    elapsed_s=3.0,
)


@pytest.fixture
def document() -> dict:
    """
    The report above, as a program reads it.
    """
    return json.loads(to_json(REPORT, root=ROOT))


def test_the_shape_is_as_promised(document):
    assert list(document) == [
        "version",
        "verdict",
        "counts",
        "checks",
        "violations",
        "revisions",
        "not_covered",
        "environment",
        "baseline",
    ]
    assert document["version"] == 1
    assert document["verdict"] == "violated"
    assert document["counts"] == {
        "proved": 2,
        "violated": 1,
        "waived": 1,
        "skipped": 1,
        "not_covered": 1,
    }
    assert all(
        list(check) == ["check", "status", "seconds", "claims"] for check in document["checks"]
    )
    assert all(
        list(violation)
        == [
            "check",
            "severity",
            "where",
            "found",
            "because",
            "fix",
            "location",
            "revision",
            "fingerprint",
            "waived",
            "known",
        ]
        for violation in document["violations"]
    )


def test_checks_and_violations_are_sorted(document):
    names = [check["check"] for check in document["checks"]]
    assert names == sorted(set(names))
    assert [v["check"] for v in document["violations"]] == sorted(
        v["check"] for v in document["violations"]
    )
    assert list(document["environment"]) == sorted(document["environment"])


def test_a_check_has_the_worst_status_of_its_claims(document):
    statuses = {check["check"]: check["status"] for check in document["checks"]}

    assert statuses == {
        "history/downgrade-restores-catalog": "violated",
        "history/single-head": "proved",
        "indexes/redundant-index": "waived",
        "references/on-delete-behaves": "skipped",
    }


def test_files_are_named_relative_to_the_project(document):
    first, second = document["violations"]

    assert first["location"] == {"file": "migrations/0002.py", "line": 7}
    assert first["revision"] == "0002"
    assert second["location"] is None
    assert str(ROOT) not in json.dumps(document)


def test_a_file_elsewhere_keeps_its_whole_path():
    elsewhere = _violation("w", location=Location(file=Path("/opt/x.py")))
    report = Report(
        proofs=(_proof("history/single-head", violations=(elsewhere,), waivers=(None,)),)
    )

    (violation,) = json.loads(to_json(report, root=ROOT))["violations"]
    assert violation["location"] == {"file": "/opt/x.py", "line": None}


def test_a_waived_violation_carries_the_reason(document):
    first, second = document["violations"]

    assert (first["waived"], second["waived"]) == (None, "asked for")


def test_a_fingerprint_stays_while_words_and_lines_move():
    def fingerprint(**changed: object) -> str:
        words = {"where": "t.c", "found": "f", "because": "b", "fix": "x", **changed}
        proof = _proof("history/single-head", violations=(Violation(**words),), waivers=(None,))
        return json.loads(to_json(Report(proofs=(proof,)), root=ROOT))["violations"][0][
            "fingerprint"
        ]

    usual = fingerprint()
    assert fingerprint(found="g", fix="y", location=Location(file=ROOT / "a.py", line=1)) == usual
    assert fingerprint(where="t.d") != usual
    assert fingerprint(revision="0002") != usual


@pytest.mark.parametrize(
    ("proofs", "verdict"),
    [
        pytest.param((), "violated", id="nothing was proved"),
        pytest.param((_proof("history/single-head", skipped="why"),), "violated", id="skipped"),
        pytest.param((_proof("history/single-head"),), "proved", id="proved"),
        pytest.param(REPORT.proofs[1:4], "proved", id="proved and waived"),
    ],
)
def test_the_verdict_needs_a_proof(proofs, verdict):
    assert json.loads(to_json(Report(proofs=proofs), root=ROOT))["verdict"] == verdict


def test_an_evil_report_comes_back_as_it_was():
    """
    Lone surrogates too: JSON writes them out, and they are the same bytes each time.
    """
    first, second = (to_json(evil_report(), root=ROOT).encode() for _ in range(2))

    assert first == second
    found = {violation["found"] for violation in json.loads(first)["violations"]}
    assert found == set(EVIL.values())
