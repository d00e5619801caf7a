"""
Boxes are placed so that what hangs from another is to its right, and nothing lies over anything.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemaproof.report.html.layout import Layout, laid_out

NAMES = [f"t{number}" for number in range(9)]
GRAPHS = st.tuples(
    st.dictionaries(st.sampled_from(NAMES), st.floats(20, 300), min_size=1),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=16),
)


def _ties(names: list[str], pairs: list[tuple[int, int]]) -> list[tuple[str, str, int]]:
    known = [(names[one % len(names)], names[other % len(names)]) for one, other in pairs]
    return [(*pair, number) for number, pair in enumerate(known)]


def _spans(layout: Layout, heights: dict[str, float]) -> dict[int, list[tuple[float, float]]]:
    rows: dict[int, list[tuple[float, float]]] = {}
    for node, middle in layout.middles.items():
        is_box = isinstance(node, str)
        half = heights[node] / 2 if is_box else 0.0
        layer = layout.layers[node] if is_box else node[1]
        rows.setdefault(layer, []).append((middle - half, middle + half))
    return rows


@given(GRAPHS)
@settings(max_examples=150, deadline=None)
def test_nothing_lies_over_anything(graph):
    """
    Whatever refers to whatever, in rings too, boxes and passing lines keep apart from each other.
    """
    heights, pairs = graph

    layout = laid_out(heights, _ties(sorted(heights), pairs))

    assert layout.layers.keys() == heights.keys()
    for spans in _spans(layout, heights).values():
        for above, below in itertools.pairwise(sorted(spans)):
            assert above[1] < below[0]
        assert min(top for top, _ in spans) >= -1e-6
        assert max(bottom for _, bottom in spans) <= layout.height + 1e-6


@given(GRAPHS)
@settings(max_examples=150, deadline=None)
def test_children_are_right_of_their_parents(graph):
    """
    Where nothing goes round in a ring, every line leads to the right.
    """
    heights, pairs = graph
    names = sorted(heights)
    ties = [tie for tie in _ties(names, pairs) if tie[0] < tie[1]]

    layers = laid_out(heights, ties).layers

    assert all(layers[one] < layers[other] for one, other, _ in ties)


def test_lines_do_not_cross_where_they_need_not():
    """
    Children stand in the order of their parents, whatever their names are.
    """
    heights = dict.fromkeys(["a", "b", "c", "z1", "y2", "x3"], 50.0)

    middles = laid_out(heights, [("a", "z1", 0), ("b", "y2", 0), ("c", "x3", 0)]).middles

    parents = sorted("abc", key=lambda name: middles[name])
    assert sorted(("z1", "y2", "x3"), key=lambda name: middles[name]) == [
        {"a": "z1", "b": "y2", "c": "x3"}[name] for name in parents
    ]


def test_two_lines_between_the_same_boxes_keep_apart():
    heights = dict.fromkeys("abc", 50.0)

    layout = laid_out(heights, [("a", "b", 0), ("b", "c", 0), ("a", "c", 0), ("a", "c", 1)])

    first, second = (layout.middles[("a", "c", number), 1] for number in (0, 1))
    assert abs(first - second) >= 10


@pytest.mark.parametrize("closes", [False, True], ids=["open", "ring"])
def test_a_chain_may_be_longer_than_pythons_stack(closes):
    names = [f"t{number:05d}" for number in range(3000)]
    ties = [(*pair, 0) for pair in itertools.pairwise(names)]
    ties += [(names[-1], names[0], 0)] if closes else []

    layers = laid_out(dict.fromkeys(names, 10.0), ties[:-1] if closes else ties).layers

    assert layers[names[-1]] - layers[names[0]] in (len(names) - 1, 1 - len(names))


def test_the_same_picture_comes_of_the_same_tables():
    heights = {"b": 40.0, "a": 60.0, "c": 50.0}
    ties = [("a", "b", 0), ("a", "c", 0), ("c", "b", 0)]

    assert laid_out(heights, ties) == laid_out(dict(reversed(heights.items())), ties[::-1])
