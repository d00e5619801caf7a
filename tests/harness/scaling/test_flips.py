"""
A flip is found between two neighbours, in as many looks as halving takes.
"""

from __future__ import annotations

import bisect

from hypothesis import given
from hypothesis import strategies as st

from schemaproof.plans import Explanation, Plan
from schemaproof.scaling import AtSize, flips, two_digit_numbers

LOW, HIGH = 1e3, 1e9


def _plan(node: str) -> Plan:
    return Plan(
        node=node, relation=None, schema=None, alias=None, index=None, index_condition=None,
        filter=None, join_conditions={}, sort_keys=(), rows=1, width=1, startup_cost=0,
        total_cost=0, workers=0,
        actual_rows=None, loops=None, buffers=None, role=None, inputs=(),
    )  # fmt: skip


class Planner:
    """
    Changes its mind at some sizes, and counts how often it is asked.
    """

    def __init__(self, *changes: float) -> None:
        self.changes = sorted(changes)
        self.asked: list[float] = []

    def __call__(self, rows: float) -> AtSize:
        self.asked.append(rows)
        node = f"Plan {bisect.bisect_right(self.changes, rows)}"
        explanation = Explanation(plan=_plan(node), settings={}, has_jit=False, text="[]")
        return AtSize(rows=rows, explanation=explanation, volumes={})

    def found(self) -> list[tuple[float, float]]:
        ends = self(LOW), self(HIGH)
        self.asked.clear()
        return [(flip.below.rows, flip.above.rows) for flip in flips(self, *ends)]


def test_a_flip_lies_between_neighbours_of_two_digits():
    assert Planner(697_123).found() == [(690_000, 700_000)]


def test_no_flip_is_looked_for_where_both_ends_agree():
    planner = Planner()

    assert planner.found() == []
    assert planner.asked == []


def test_a_plan_in_between_has_a_flip_on_both_sides():
    planner = Planner(5_432, 123_456, 7.77e7)

    assert planner.found() == [(5_400, 5_500), (120_000, 130_000), (7.7e7, 7.8e7)]


def test_halving_asks_as_often_as_halving_does():
    """
    539 numbers of two digits lie between a thousand and a thousand million: ten looks.
    """
    planner = Planner(697_123)
    planner.found()

    assert len(planner.asked) <= 10


@given(changes=st.lists(st.floats(LOW + 1, HIGH), max_size=4, unique=True))
def test_every_change_is_found(changes):
    """
    Of plans that do not come back: each in a pair of neighbours, and no other pair.
    """
    found = Planner(*changes).found()

    for below, above in found:
        assert not [*two_digit_numbers(below, above)]
        assert any(below < change <= above for change in changes)
    for change in changes:
        assert any(below < change <= above for below, above in found)


def test_no_size_is_asked_twice():
    planner = Planner(5_432, 123_456)
    planner.found()

    assert len(set(planner.asked)) == len(planner.asked)
