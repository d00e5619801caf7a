"""
Squawk is asked as it is installed, wherever it runs and whatever version the server has.
"""

from __future__ import annotations

import pytest

from schemaproof.linting.squawk import Squawk, find_squawk

SCRIPT = "ALTER TABLE t ADD COLUMN n int DEFAULT 3;"


@pytest.fixture
def squawk():
    """A function that returns a squawk for a server of this version."""
    program = find_squawk()
    assert program is not None
    return lambda version: Squawk(program, None, version)


@pytest.mark.parametrize(
    ("version", "is_told"),
    [pytest.param(100023, True, id="10"), pytest.param(140000, False, id="14")],
)
def test_what_it_says_is_of_the_servers_version(squawk, version, is_told):
    """
    Before 11 a column with a default wrote the table anew.
    """
    found = squawk(version).read({"r1": SCRIPT})["r1"]

    assert ("adding-field-with-default" in {one.rule for one in found}) == is_told


def test_its_answer_is_the_same_on_github(squawk, monkeypatch):
    """
    There it would print what GitHub shows beside the lines of a change.
    """
    before = squawk(180000).read({"r1": SCRIPT})
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    assert squawk(180000).read({"r1": SCRIPT}) == before


def test_without_scripts_it_is_not_asked(squawk):
    assert squawk(180000).read({}) == {}
