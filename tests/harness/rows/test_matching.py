"""matching(): patterns as people write them, and texts that they match."""

import re

import pytest

from schemaproof.rows.matching import matching

POSIX = {"[:upper:]": "A-Z", "[:space:]": r"\s"}


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"^[0-9]{4}$", id="a count"),
        pytest.param(r"^\+[1-9][0-9]{6,14}$", id="a range of counts"),
        pytest.param(r"^[a-z0-9]+(-[a-z0-9]+)*$", id="a slug"),
        pytest.param(r"^(EUR|USD)$", id="alternatives"),
        pytest.param(r"^(?:a(b|c)|d)e?$", id="a group in a group"),
        pytest.param(r"^[^@ ]+@[^@ ]+\.[^@ ]{2,}$", id="what is not wanted"),
        pytest.param(r"^[^[:space:]]+$", id="a class that is not wanted"),
        pytest.param(r"^[[:upper:]]{2}\d+$", id="a class"),
        pytest.param(r"^[]a]{2}$", id="a bracket"),
        pytest.param(r"^\S\w\.$", id="escapes"),
        pytest.param("^.{3}$", id="anything"),
    ],
)
@pytest.mark.parametrize("least", [0, 4])
def test_the_pattern_matches_what_is_proposed(pattern, least):
    """
    Python's own engine, which reads most of what PostgreSQL's does, is asked.
    """
    text = matching(pattern, least)

    for posix, python in POSIX.items():
        pattern = pattern.replace(posix, python)
    assert text is not None
    assert re.search(pattern, text)


def test_as_many_characters_as_are_wanted():
    """
    What may be repeated is repeated, as far as it may.
    """
    assert [matching(r"^[A-Z]+$", 4), matching(r"^[A-Z]{1,2}$", 4)] == ["AAAA", "AA"]


@pytest.mark.parametrize("pattern", ["(", "[", "*", "a|", "", "{2}", r"^[^[:word:]]$", "\\"])
def test_what_is_no_pattern_is_no_error(pattern):
    """
    A constant may be anything.
    """
    assert isinstance(matching(pattern, 2), str)


@pytest.mark.parametrize("pattern", ["^(?=.*[0-9])a", "(?<!a)b", "a{99999}"])
def test_what_is_not_understood_is_left_alone(pattern):
    """
    Looking ahead, looking back, and a text that nobody wants.
    """
    assert matching(pattern) is None
