"""
Draw what a query costs as its tables grow, both on logarithmic scales.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemaproof.scaling import AtSize, Growth, written

# In pixels.
WIDTH, HEIGHT = 300.0, 92.0
LEFT, RIGHT, TOP, BOTTOM = 36.0, 12.0, 8.0, 20.0


@dataclass(frozen=True, kw_only=True)
class Scale:
    """
    What all curves of a page share, so that they can be compared at a glance.

    Attributes:
        sizes: The least and the greatest number of rows, as powers of ten.
        costs: The least and the greatest cost, as powers of ten.
    """

    sizes: tuple[float, float]
    costs: tuple[float, float]

    def x(self, rows: float) -> float:
        """
        Return how far to the right a size is.
        """
        low, high = self.sizes
        return LEFT + (math.log10(rows) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(self, cost: float) -> float:
        """
        Return how far down a cost is.
        """
        low, high = self.costs
        place = (_power(cost) - low) / (high - low)
        return HEIGHT - BOTTOM - place * (HEIGHT - TOP - BOTTOM)


@dataclass(frozen=True, kw_only=True)
class Point:
    """
    One size.

    Attributes:
        x: How far to the right.
        y: How far down.
        rows: The size, for people.
        cost: The cost, for people.
        shape: The plan without its figures.
        is_new: Whether the plan is another one than at the size before.
    """

    x: float
    y: float
    rows: str
    cost: str
    shape: str
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Curve:
    """
    A query's costs.

    Attributes:
        points: From the least size on.
        ticks: Where sizes are written below, and what.
        levels: Where costs are written on the left, and what.
    """

    points: tuple[Point, ...]
    ticks: tuple[tuple[float, str], ...]
    levels: tuple[tuple[float, str], ...]

    @property
    def line(self) -> str:
        """
        The points, for a polyline.
        """
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


def scale_of(growths: Iterable[Growth]) -> Scale:
    """
    Return a scale on which everything fits.
    """
    found = [each for growth in growths for each in growth.sizes]
    sizes = [math.log10(each.rows) for each in found]
    costs = [_power(each.explanation.plan.total_cost) for each in found]
    return Scale(sizes=_span(sizes), costs=_span(costs))


def curve_of(growth: Growth, scale: Scale) -> Curve:
    """
    Return a query's curve.
    """
    sizes = growth.sizes
    before: Sequence[AtSize | None] = [None, *sizes]
    points = tuple(
        Point(
            x=scale.x(each.rows),
            y=scale.y(each.explanation.plan.total_cost),
            rows=written(each.rows),
            cost=written(each.explanation.plan.total_cost),
            shape=each.shape,
            is_new=last is not None and last.shape != each.shape,
        )
        for each, last in zip(sizes, before, strict=False)
    )
    return Curve(
        points=points,
        ticks=tuple((scale.x(10**power), _ten(power)) for power in _thirds(scale.sizes)),
        levels=tuple((scale.y(10**power), _ten(power)) for power in _thirds(scale.costs)),
    )


def _power(cost: float) -> float:
    # A plan that reads nothing costs next to nothing.
    return math.log10(max(cost, 1.0))


def _span(found: Sequence[float]) -> tuple[float, float]:
    low, high = math.floor(min(found)), math.ceil(max(found))
    return float(low), float(max(high, low + 1))


def _thirds(span: tuple[float, float]) -> range:
    low, high = int(span[0]), int(span[1])
    return range(low, high + 1, max(1, round((high - low) / 3)))


def _ten(power: int) -> str:
    return written(10**power)
