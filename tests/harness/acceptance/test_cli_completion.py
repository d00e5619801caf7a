"""
A shell that completes a command line gets commands, options and the names of checks, at once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from schemaproof.checks import all_checks
from schemaproof.console.completing import names, names_and_families

BIN = Path(sys.executable).parent
# What takes most of the time that the harness needs to be imported.
HEAVY = ("sqlalchemy", "alembic", "psycopg", "hypothesis", "schemaproof.runner")
SOURCE = 'eval "$(_SCHEMAPROOF_COMPLETE=bash_source schemaproof)"; '
COMPLETE = SOURCE + (
    "COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1));"
    ' _schemaproof_completion schemaproof; printf "%s\\n" "${{COMPREPLY[@]}}"'
)


def completed(*words: str) -> list[str]:
    """Return what bash offers for the last word."""
    script = COMPLETE.format(words=" ".join(("schemaproof", *words)))
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607 - found on the PATH, as a reader's is
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        pytest.param(["expl"], ["explain", "explain-plan"], id="command"),
        pytest.param(["up", "--em"], ["--empty"], id="option"),
        pytest.param(
            ["explain", "references/fk"],
            ["references/fk-type-mismatch", "references/fk-without-index"],
            id="check",
        ),
        pytest.param(
            ["verify", "--only", "dri"],
            ["drift/models-configure", "drift/models-match-migrations", "drift"],
            id="check-or-family",
        ),
        pytest.param(["verify", "--skip", "waivers/"], ["waivers/still-needed"], id="skip"),
    ],
)
def test_bash_is_offered_what_fits(words, offered):
    assert completed(*words) == offered


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_script(shell):
    """
    Where the shell is installed it finds the script sound too.
    """
    done = subprocess.run(
        [sys.executable, "-m", "schemaproof"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "_SCHEMAPROOF_COMPLETE": f"{shell}_source"},
    )

    assert f"_SCHEMAPROOF_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True)


@pytest.mark.parametrize(
    "words", ["schemaproof ", "schemaproof verify --", "schemaproof explain h"]
)
def test_nothing_heavy_is_imported(words):
    """
    A press of the tab key waits for click alone.
    """
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "schemaproof"],
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            "_SCHEMAPROOF_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        },
    )

    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.stdout
    assert imported & {*HEAVY} == set()
    assert "click" in imported


def test_every_check_is_offered_with_what_it_does():
    """
    The names of the files are those of the checks, as the first line of each is its summary.
    """
    offered = {item.value: item.help for item in names(None, None, "")}
    families = {item.value for item in names_and_families(None, None, "")} - {*offered}

    assert offered == {check.name: check.summary for check in all_checks()}
    assert families == {check.family for check in all_checks()}
