"""
``schemaproof mutate``: what it prints, and with which status it ends.
"""

from __future__ import annotations

import json
import re

from schemaproof.cli import commands
from schemaproof.mutation import SIDES

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


def test_every_side_can_be_chosen():
    """
    What the command offers, without importing what makes mutants, is what can be broken.
    """
    (option,) = (one for one in commands.commands["mutate"].params if one.name == "sides")

    assert tuple(option.type.choices) == SIDES
