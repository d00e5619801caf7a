"""
``schemaproof mutate``: what it prints, and with which status it ends.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import time

import pytest

from schemaproof.cli import commands
from schemaproof.mutation import SIDES
from tests.harness import traces
from tests.harness.runs import COMMAND_LINE, Run

DRIFT = "drift/models-match-migrations"
WAIVER = """
[[tool.schemaproof.waivers]]
check = "drift/models-match-migrations"
where = "ix_books_author_id"
reason = "for the test"
"""


def test_nothing_survives_and_the_status_is_0(cli, library):
    done = cli("mutate", library, "--side", "migrations", "--only", "foreign-key", "--jobs", "1")

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert re.search(
        r"^side +operator +made +killed +equivalent +survived +by *$", done.stdout, re.MULTILINE
    )
    line = rf"^migrations +foreign-key/on-delete +4 +4 +0 +0 +{DRIFT} 4 *$"
    assert re.search(line, done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"KILLED +100\.0 % +\d+ made", done.stdout)


def test_a_survivor_is_told_with_what_to_do_and_the_status_is_1(cli, library):
    with (library / "pyproject.toml").open("a") as file:
        file.write(WAIVER)

    done = cli("mutate", library, "--side", "migrations", "--only", "index/drop")

    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    flat = " ".join(done.stdout.split())
    assert "survived index/drop ix_books_author_id done is gone" in flat
    assert "with DROP INDEX public.ix_books_author_id fix " in flat
    assert "SURVIVED 0.0 % 1 made, 0 killed, 0 equivalent, 1 survived" in flat


def test_json_names_the_survivors(cli, library):
    sides = ("--side", "migrations", "--side", "alike")
    done = cli("mutate", library, *sides, "--only", "default/drop", "--format", "json")

    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert (document["version"], document["made"], document["killed"]) == (1, 4, 2)
    assert document["equivalent"] == []
    assert {"operator", "where", "detail"} == document["survived"][0].keys()
    assert {one["where"] for one in document["survived"]} == {"authors.id", "books.id"}


def test_what_is_impossible_is_told_in_one_sentence(cli, library):
    unknown = cli("mutate", library, "--only", "indx")
    (next((library / "migrations" / "versions").glob("*.py"))).write_text("nonsense")
    broken = cli("mutate", library)

    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "found 'indx' (is one of these meant: index" in " ".join(unknown.stderr.split())
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.startswith("schemaproof: ")


SUITE = """
import os, pathlib, time

def test_that_waits_for_ever_on_a_mutant(schema_database):
    if {condition}:
        pathlib.Path("waiting").touch()
        time.sleep(60)
"""


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("True", id="on the schema as it is"),
        pytest.param("'SCHEMAPROOF_MUTANT' in os.environ", id="on a mutant"),
    ],
)
def test_ctrl_c_ends_the_suite_too(library, condition):
    """
    The suite has a process group of its own, which no signal of the terminal reaches.
    """
    (library / "test_it.py").write_text(SUITE.format(condition=condition))
    command = f"{sys.executable} -m pytest -q test_it.py"
    chosen = ("--side", "alike", "--only", "default/drop", "--with", command)

    with Run(COMMAND_LINE, "mutate", str(library), *chosen) as run:
        assert traces.wait_until((library / "waiting").is_file, within_s=60)
        started = time.monotonic()
        run.signal_group(signal.SIGINT)

        assert run.end() == (130, "", "\nschemaproof: interrupted\n")
        assert run.left() == []
    assert time.monotonic() - started < 30


def test_every_side_can_be_chosen():
    """
    What the command offers, without importing what makes mutants, is what can be broken.
    """
    (option,) = (one for one in commands.commands["mutate"].params if one.name == "sides")

    assert tuple(option.type.choices) == SIDES
