"""
Place boxes in layers from left to right, so that few of the lines between them cross.

The steps are those of Sugiyama, Tagawa and Toda (1981): layers by the longest path, stand-ins where
a line passes a layer, an order within each layer by what a box is tied to, places by least squares.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemaproof.report.html.layers import layers_of, without_rings

SWEEPS = 12
# Between two boxes, between a box and a line that passes it, between two such lines.
GAP, BESIDE, PASSING = 28.0, 22.0, 12.0

# A line: its two ends, and which of those between them it is.
Tie = tuple[str, str, int]
# A box's name, or a line where it passes a layer.
Node = str | tuple[Tie, int]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """
    Where boxes are.

    Attributes:
        layers: For each box the layer, from 0 on the left.
        middles: For each box and each line that passes a layer, how far down its middle is.
        height: How far down everything reaches.
    """

    layers: Mapping[str, int]
    middles: Mapping[Node, float]
    height: float


@dataclass
class _Graph:
    rows: list[list[Node]]
    heights: dict[Node, float]
    left: dict[Node, list[Node]] = field(default_factory=dict)
    right: dict[Node, list[Node]] = field(default_factory=dict)

    def join(self, one: Node, other: Node) -> None:
        self.right.setdefault(one, []).append(other)
        self.left.setdefault(other, []).append(one)


def laid_out(heights: Mapping[str, float], ties: Iterable[Tie]) -> Layout:
    """
    Return where boxes are best put.

    Args:
        heights: The boxes by their names.
        ties: The first end is to be left of the second, unless they go round in a ring.
    """
    lines = sorted({tie for tie in ties if tie[0] != tie[1]})
    pairs = sorted({(one, other) for one, other, _ in lines})
    layers = layers_of(sorted(heights), [*without_rings(sorted(heights), pairs)])
    graph = _graph(heights, layers, lines)
    _put_in_order(graph)
    middles = _places(graph)
    bottom = max((middles[node] + graph.heights[node] / 2 for node in middles), default=0.0)
    return Layout(layers=layers, middles=middles, height=bottom)


def _graph(heights: Mapping[str, float], layers: Mapping[str, int], lines: Sequence[Tie]) -> _Graph:
    rows: list[list[Node]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    graph = _Graph(rows=rows, heights={})
    for name in sorted(layers):
        rows[layers[name]].append(name)
        graph.heights[name] = heights[name]
    for tie in lines:
        one, other = sorted(tie[:2], key=lambda name: layers[name])
        last: Node = one
        for layer in range(layers[one] + 1, layers[other]):
            passing = (tie, layer)
            rows[layer].append(passing)
            graph.heights[passing] = 0.0
            graph.join(last, passing)
            last = passing
        graph.join(last, other)
    return graph


def _put_in_order(graph: _Graph) -> None:
    best, least = [[*row] for row in graph.rows], _crossings(graph)
    at = {node: place for row in graph.rows for place, node in enumerate(row)}
    for sweep in range(SWEEPS):
        if sweep % 2:
            rows, beside = graph.rows[-2::-1], graph.right
        else:
            rows, beside = graph.rows[1:], graph.left
        for row in rows:
            row.sort(key=_by_mean(at, beside))
            at.update({node: place for place, node in enumerate(row)})
        found = _crossings(graph)
        if found < least:
            best, least = [[*row] for row in graph.rows], found
    graph.rows = best


def _by_mean(at: Mapping[Node, int], beside: Mapping[Node, list[Node]]) -> Callable[[Node], float]:
    def mean(node: Node) -> float:
        tied = beside.get(node)
        # What is tied to nothing on that side stays where it is.
        return sum(at[other] for other in tied) / len(tied) if tied else float(at[node])

    return mean


def _crossings(graph: _Graph) -> int:
    many = 0
    for row, after in itertools.pairwise(graph.rows):
        at = {node: place for place, node in enumerate(after)}
        ends = [sorted(at[other] for other in graph.right.get(node, ())) for node in row]
        seen: list[int] = []
        for group in ends:
            many += sum(one > other for other in group for one in seen)
            seen += group
    return many


def _places(graph: _Graph) -> dict[Node, float]:
    middles: dict[Node, float] = {}
    for row in graph.rows:
        wanted = [0.0] * len(row)
        middles.update(zip(row, _apart(wanted, _steps(graph, row)), strict=True))
    for sweep in range(SWEEPS):
        beside = (graph.left, graph.right)[sweep % 2]
        for row in graph.rows if sweep % 2 == 0 else graph.rows[::-1]:
            wanted = [_mean([middles[o] for o in beside.get(n, ())], middles[n]) for n in row]
            middles.update(zip(row, _apart(wanted, _steps(graph, row)), strict=True))
    top = min((middles[node] - graph.heights[node] / 2 for node in middles), default=0.0)
    return {node: middle - top for node, middle in middles.items()}


def _mean(found: Sequence[float], otherwise: float) -> float:
    return sum(found) / len(found) if found else otherwise


def _steps(graph: _Graph, row: Sequence[Node]) -> list[float]:
    # How far the middle of each must be below the one before it.
    steps = [0.0]
    for one, other in itertools.pairwise(row):
        boxes = isinstance(one, str) + isinstance(other, str)
        apart = (PASSING, BESIDE, GAP)[boxes]
        steps.append((graph.heights[one] + graph.heights[other]) / 2 + apart)
    return steps


def _apart(wanted: Sequence[float], steps: Sequence[float]) -> list[float]:
    # Least squares with an order to keep: neighbours that collide are pooled, and share a mean.
    pools: list[tuple[float, int]] = []
    offset, offsets = 0.0, []
    for each, step in zip(wanted, steps, strict=True):
        offset += step
        offsets.append(offset)
        total, many = each - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / many:
            before = pools.pop()
            total, many = total + before[0], many + before[1]
        pools.append((total, many))
    flat = [total / many for total, many in pools for _ in range(many)]
    return [place + offset for place, offset in zip(flat, offsets, strict=True)]
