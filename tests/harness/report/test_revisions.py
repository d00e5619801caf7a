"""
A revision has one line, whichever checks saw it.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from schemaproof.checks import Violation, all_checks
from schemaproof.configuration import Waiver
from schemaproof.report import Claim, Proof, Report, print_report, to_json
from schemaproof.report.report import Status

CHECKS = {check.name: check for check in all_checks()}
ROUND_TRIP, DATA = "history/downgrade-restores-catalog", "history/round-trip-keeps-data"
BROKEN = Violation(where="x", found="f", because="b", fix="x")
WAIVER = Waiver(check=DATA, where="x", reason="known")
ENDINGS: dict[Status, dict[str, object]] = {
    "proved": {"seen": ("97 rows of 7 tables",), "brief": "97 rows kept"},
    "violated": {"violations": (BROKEN,), "waivers": (None,)},
    "waived": {"violations": (BROKEN,), "waivers": (WAIVER,)},
    "skipped": {"skipped": "no rows came back"},
}


def _proof(check: str, target: str, status: Status = "proved") -> Proof:
    return Proof(claim=Claim(check=CHECKS[check], target=target), **ENDINGS[status])  # type: ignore[arg-type]


def _printed(report: Report, width: int = 100) -> list[str]:
    file = io.StringIO()
    print_report(report, Console(file=file, width=width, highlight=False), root=Path("/"))
    return [line.rstrip() for line in file.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("proved", "97 rows kept"),
        ("violated", "VIOLATED"),
        ("waived", "waived"),
        ("skipped", "not tried"),
    ],
)
def test_each_ending_is_told_in_its_column(status, told):
    """
    What held says what was seen; what did not says so in a word.
    """
    report = Report(
        revisions=("a1",), proofs=(_proof(DATA, "a1", status), _proof(ROUND_TRIP, "a1"))
    )

    lines = _printed(report)

    head = next(number for number, line in enumerate(lines) if line.startswith("revision"))
    assert lines[head].split() == ["revision", "round", "trip", "data"]
    assert lines[head + 1].split() == ["a1", "97", "rows", "kept", *told.split()]


def test_programs_read_the_same():
    """
    In the order of the history, with names that need no quotes.
    """
    report = Report(revisions=("b2", "a1"), proofs=(_proof(DATA, "a1"), _proof(ROUND_TRIP, "b2")))

    found = json.loads(to_json(report, root=Path("/")))["revisions"]

    assert found == [
        {"revision": "b2", "round_trip": "97 rows kept"},
        {"revision": "a1", "data": "97 rows kept"},
    ]


def test_an_old_revision_that_is_well_gives_way_to_one_that_is_not():
    """
    A history of 400 revisions does not push the verdict off the screen.
    """
    names = tuple(f"r{number}" for number in range(400))
    proofs = tuple(_proof(DATA, name, "violated" if name == "r7" else "proved") for name in names)

    lines = _printed(Report(revisions=names, proofs=proofs))

    shown = [line.split()[0] for line in lines if line.startswith("r") and line[1].isdigit()]
    assert shown == ["r7", *names[-12:]]
    assert "and 387 before them, all of them well" in lines


def test_without_a_history_there_is_no_table():
    """
    A run of other checks says nothing of revisions.
    """
    report = Report(revisions=("a1",), proofs=(_proof("history/single-head", ""),))

    assert not [line for line in _printed(report) if line.startswith("revision")]


def test_no_line_is_wider_than_the_console():
    """
    A long name of a revision is cut, and does not break the table.
    """
    report = Report(revisions=("r" * 90,), proofs=(_proof(DATA, "r" * 90),))

    assert max(map(len, _printed(report, width=60))) <= 60
