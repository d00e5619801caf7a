"""
The text says everything of a violation, and is plain where nobody sees colours.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from schemaproof.checks import Location, Violation, all_checks
from schemaproof.configuration import Waiver
from schemaproof.report import Claim, Proof, Report, print_report
from tests.harness.report.evil import EVIL, evil_report

CHECKS = {check.name: check for check in all_checks()}
ROOT = Path("/home/somebody/project")

# Square brackets are markup to rich, and names of SQL may be as long as this.
AWKWARD = Violation(
    where="public.[bold]odd[/bold]",
    found="default is '{}'::jsonb[] " + "and so on " * 20 + "to the very end",
    because="[red]nothing[/red] is coloured by what is quoted",
    fix="Mend it.",
    location=Location(file=ROOT / "models" / "odd.py", line=3),
)


def _report(*violations: Violation, waiver: Waiver | None = None, **more: object) -> Report:
    proof = Proof(
        claim=Claim(check=CHECKS["history/single-head"]),
        violations=violations,
        waivers=(waiver,) * len(violations),
        **more,  # type: ignore[arg-type]
    )
    return Report(proofs=(proof,), environment={"postgresql": "PostgreSQL 18.6 (embedded)"})


def _printed(report: Report, **options: object) -> str:
    file = io.StringIO()
    console = Console(file=file, width=100, highlight=False, **options)  # type: ignore[arg-type]
    print_report(report, console, root=ROOT)
    return file.getvalue()


def test_all_of_a_violation_is_printed_as_it_is():
    flat = " ".join(_printed(_report(AWKWARD)).split())

    assert f"history/single-head {AWKWARD.where}" in flat
    for said in (AWKWARD.found, AWKWARD.because, AWKWARD.fix):
        assert " ".join(said.split()) in flat
    assert "at models/odd.py:3" in flat
    assert "VIOLATED" in flat


def test_no_line_is_wider_than_the_console():
    assert max(map(len, _printed(_report(AWKWARD)).splitlines())) <= 100


@pytest.mark.parametrize("report", [_report(AWKWARD), _report(), _report(skipped="why")])
def test_a_pipe_gets_no_colour(report):
    assert "\x1b" not in _printed(report)


def test_a_terminal_gets_colour():
    assert "\x1b[" in _printed(_report(), force_terminal=True, color_system="standard")


def test_a_waived_violation_is_counted_and_not_told():
    waiver = Waiver(check="history/single-head", where=AWKWARD.where, reason="r")

    text = _printed(_report(AWKWARD, waiver=waiver))

    assert AWKWARD.fix not in text
    assert "1 waived" in text


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (_report(), "PROVED  1 proved"),
        (_report(AWKWARD), "VIOLATED  0 proved"),
        (_report(skipped="why"), "NOTHING PROVED  0 proved"),
        (
            Report(proofs=(*_report().proofs, *_report(skipped="why").proofs)),
            "PROVED IN PART  1 proved",
        ),
    ],
)
def test_the_verdict_says_no_more_than_was_seen(report, verdict):
    """
    What was skipped does not hide behind what was proved.
    """
    assert _printed(report).splitlines()[-2].startswith(verdict)


def test_a_run_that_proved_nothing_says_what_to_do():
    text = _printed(Report(proofs=()))

    assert "nothing was there to prove: choose other checks" in text
    assert "nothing was there" not in _printed(_report())


def test_what_was_skipped_says_why():
    text = _printed(_report(skipped="no row could be made; waive it"))

    assert "skipped history/single-head: no row could be made; waive it" in text
    assert "1 skipped" in text


def test_an_evil_report_does_nothing_to_a_terminal():
    """
    What a terminal would obey is written out, and what it cannot encode too.
    """
    report = evil_report()
    quiet = replace(report, environment={"postgresql": "PostgreSQL 18"})

    text = _printed(quiet)

    assert text.encode()
    assert text.replace("\n", "").isprintable()
    assert " ".join(EVIL["right to left"].split()[0:1]) in text
