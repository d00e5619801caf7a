"""
Costs are drawn on one scale for all queries, and a point says where another plan begins.
"""

from __future__ import annotations

import itertools

import pytest

from schemaproof.report import Background, Report
from schemaproof.report.html.curves import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    curve_of,
    scale_of,
)
from schemaproof.report.html.queries import told_queries
from tests.harness.report.html.reports import broken, proof
from tests.harness.report.plans.growths import at, growth, node

COSTS = {1e3: 0.5, 1e4: 12.0, 1e6: 900.0, 1e9: 4e5}


def _growth(name: str = "a query", factor: float = 1.0, flips_at: float = 1e6):
    return growth(
        *(
            at(rows, node("Seq Scan" if rows < flips_at else "Index Scan", cost=cost * factor))
            for rows, cost in COSTS.items()
        ),
        name=name,
    )


def test_a_curve_lies_within_its_frame_and_rises():
    curve = curve_of(_growth(), scale_of([_growth()]))

    for one, other in itertools.pairwise(curve.points):
        assert one.x < other.x
        assert one.y > other.y
    assert curve.points[0].x == LEFT
    assert curve.points[-1].x == pytest.approx(WIDTH - RIGHT)
    assert all(TOP <= point.y <= HEIGHT - BOTTOM for point in curve.points)


def test_a_tenfold_size_is_as_far_wherever_it_is():
    points = curve_of(_growth(), scale_of([_growth()])).points

    decade = points[1].x - points[0].x
    assert points[2].x - points[1].x == pytest.approx(2 * decade)
    assert points[3].x - points[2].x == pytest.approx(3 * decade)


def test_a_dearer_query_is_drawn_higher_on_the_same_scale():
    cheap, dear = _growth("cheap"), _growth("dear", factor=100)
    scale = scale_of([cheap, dear])

    for one, other in zip(curve_of(cheap, scale).points, curve_of(dear, scale).points, strict=True):
        assert other.y < one.y
    assert curve_of(cheap, scale).levels == curve_of(dear, scale).levels


@pytest.mark.parametrize(
    ("flips_at", "new"),
    [(1e6, [False, False, True, False]), (1e3, [False] * 4), (1e12, [False] * 4)],
)
def test_a_point_says_where_another_plan_begins(flips_at, new):
    found = _growth(flips_at=flips_at)

    assert [point.is_new for point in curve_of(found, scale_of([found])).points] == new


def test_one_size_of_one_query_has_a_scale_too():
    found = growth(at(1e3, node("Result", cost=0.0)))

    (point,) = curve_of(found, scale_of([found])).points
    assert (point.x, point.y) == (LEFT, HEIGHT - BOTTOM)


def test_a_query_that_nobody_could_plan_is_told_without_a_curve():
    report = Report(
        proofs=(
            proof(
                "indexes/seq-scan-at-scale", "wrong", violations=(broken("wrong"),), waivers=(None,)
            ),
            proof("indexes/query-can-use-index", "a query", seen=("by ix",)),
        ),
        background=Background(name="shop", growths=(_growth(),)),
    )

    planned, wrong = told_queries(report)

    assert (planned.name, planned.place, planned.status) == ("a query", 0, "proved")
    assert planned.curve is not None
    assert (wrong.name, wrong.place, wrong.curve, wrong.status) == ("wrong", None, None, "violated")
