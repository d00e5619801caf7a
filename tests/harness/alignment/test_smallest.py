"""
A value that fails is made smaller for as long as it fails, and shown so that it fits a line.
"""

from __future__ import annotations

import json

import pytest

from schemaproof.alignment.shown import shown
from schemaproof.alignment.smallest import smallest


@pytest.mark.parametrize(
    ("value", "fails", "left"),
    [
        pytest.param("x" * 10_000, lambda v: len(v) > 100, "x" * 101, id="length"),
        pytest.param("abc\x00def", lambda v: "\x00" in v, "\x00", id="letter"),
        pytest.param(10**30, lambda v: v >= 2**31, 2**31, id="number"),
        pytest.param(-(10**9), lambda v: v < -7, -8, id="negative"),
        pytest.param(1e16, lambda v: v > 995, 996, id="real"),
        pytest.param([1, 2, 30], lambda v: isinstance(v, list) and 30 in v, [30], id="list"),
        pytest.param(
            {"a": {"b": [1, "x\x00"]}, "c": 2},
            lambda v: isinstance(v, dict) and "\\u0000" in json.dumps(v),
            {"b": "\x00"},
            id="document",
        ),
        pytest.param(None, lambda _: True, None, id="nothing"),
        pytest.param(True, lambda _: True, True, id="truth"),
    ],
)
def test_the_smallest_that_fails_is_found(value, fails, left):
    def judged(candidate):
        try:
            return fails(candidate)
        except TypeError:
            return False

    assert smallest(value, judged) == left


def test_what_never_fails_again_is_kept():
    assert smallest({"a": [1]}, lambda _: False) == {"a": [1]}


def test_the_search_ends():
    """
    However slowly a value shrinks, a report is not held up.
    """
    tried = []

    smallest("ab" * 10_000, lambda candidate: tried.append(candidate) or len(candidate) % 2 == 0)

    assert len(tried) <= 160


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param({"a": "b"}, '{"a": "b"}', id="short"),
        pytest.param("x" * 101, '"xxxxxxxxxx\\u2026 (101 characters)"', id="long"),
        pytest.param([*range(9)], '[0, 1, 2, 3, 4, 5, "\\u2026 (9 items)"]', id="many"),
        pytest.param(10**50, '"1000000000\\u2026 (51 digits)"', id="huge"),
        pytest.param([[[[[[]]]]]], '[[["\\u2026 (3 levels more)"]]]', id="deep"),
        pytest.param("\x00\ud800", '"\\u0000\\ud800"', id="unprintable"),
    ],
)
def test_a_value_is_shown_on_one_line(value, told):
    assert shown(value) == told
