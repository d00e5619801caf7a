"""
The checks that take long run where time is cheap: with --thorough, and where CI is set to true.
"""

from __future__ import annotations

import json
import shutil

import pytest

from schemaproof.checks import all_checks
from schemaproof.selection import Selection

LONG = sorted(check.name for check in all_checks() if check.is_thorough)

# What CI is, what is asked for, and whether the proof is thorough.
CASES = {
    "laptop": (None, [], False),
    "asked": (None, ["--thorough"], True),
    "CI": ("true", [], True),
    "CI as a number": ("1", [], True),
    "CI that is not": ("false", [], False),
    "CI that is empty": ("", [], False),
    "CI, but not now": ("true", ["--no-thorough"], False),
}


def test_there_are_checks_that_take_long():
    assert {"history/deployers-take-turns", "history/survives-crash"} <= {*LONG}


@pytest.mark.parametrize("case", CASES)
def test_who_runs_the_checks_that_take_long(case, monkeypatch, run_main, library, capsys):
    """
    What is not run is listed as not covered, with the word that runs it.
    """
    ci, options, is_thorough = CASES[case]
    if ci is not None:
        monkeypatch.setenv("CI", ci)
    # Without revisions there is nothing that could take long.
    shutil.rmtree(library / "migrations" / "versions")
    (library / "migrations" / "versions").mkdir()

    run_main(["verify", str(library), "--only", "history", "--format", "json", *options])

    document = json.loads(capsys.readouterr().out)
    why = {one["where"]: one["why"] for one in document["not_covered"]}
    asked = [name for name in LONG if name.startswith("history/")]
    left_out = [name for name in asked if why.get(name) == "not chosen; it runs with --thorough"]
    assert left_out == ([] if is_thorough else asked)


def test_pytest_leaves_them_out():
    """
    A suite that is run all day asks for no thorough selection, in CI neither.
    """
    chosen = {check.name for check in Selection().choose()}

    assert not chosen & {*LONG}
