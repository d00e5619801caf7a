"""
Tell a difference from noise.

Two things are timed in turn, so that whatever else the machine does hits both. How far the result
may be off is found by drawing the pairs again and again from those that were seen (the bootstrap):
nothing is assumed about how times are spread, which on a busy machine is never normal.

Source: https://doi.org/10.1214/aos/1176344552
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

DRAWS = 4000
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """
    A figure, and the interval in which it lies.

    Attributes:
        value: The figure.
        low: The lower end of the interval.
        high: The upper end.
    """

    value: float
    low: float
    high: float

    def excludes(self, value: float) -> bool:
        """
        Tell whether the difference from a value is more than noise.
        """
        return not self.low <= value <= self.high


def ratio(before_s: Sequence[float], after_s: Sequence[float], *, comparisons: int = 1) -> Estimate:
    """
    Return by what the median has been multiplied.

    Args:
        before_s: Some times.
        after_s: Others, taken in turn with them.
        comparisons: How many such are judged together. One of twenty intervals would be wrong by
            chance alone; they are made so much wider that all are right together (Bonferroni).
    """
    return _estimate(
        before_s, after_s, lambda before, after: _median(after) / _median(before), comparisons
    )


def difference(before_s: Sequence[float], after_s: Sequence[float]) -> Estimate:
    """
    Return what has been added to the median; the times were taken in turn.
    """
    return _estimate(before_s, after_s, lambda before, after: _median(after) - _median(before))


def quartiles(times_s: Sequence[float]) -> tuple[float, float, float]:
    """
    Return the lower quartile, the median and the upper quartile.
    """
    lower, middle, upper = statistics.quantiles(times_s, n=4, method="inclusive")
    return lower, middle, upper


_median = statistics.median


def _estimate(
    before_s: Sequence[float],
    after_s: Sequence[float],
    figure: Callable[[Sequence[float], Sequence[float]], float],
    comparisons: int = 1,
) -> Estimate:
    # The same draws each time: who runs it twice on the same times gets the same answer.
    chance = random.Random(1)  # noqa: S311 - nothing secret
    places = range(min(len(before_s), len(after_s)))
    found = []
    for _ in range(DRAWS):
        drawn = chance.choices(places, k=len(places))
        found.append(figure([before_s[i] for i in drawn], [after_s[i] for i in drawn]))
    found.sort()
    beyond = int(DRAWS * (1 - CONFIDENCE) / 2 / comparisons)
    value = figure(before_s, after_s)
    return Estimate(value=value, low=found[beyond], high=found[-1 - beyond])
