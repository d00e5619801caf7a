"""
A difference is told from noise: seen where there is one, and not where there is none.
"""

import random

import pytest

from benchmarks.noise import difference, quartiles, ratio

ROUNDS = 41


def times(seed, *, factor=1.0):
    """Times as a busy machine gives them: skewed, and now and then ten times as long."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    return [
        factor * chance.lognormvariate(0, 0.2) * (10 if chance.random() < 0.05 else 1)
        for _ in range(ROUNDS)
    ]


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.3, 2.0])
def test_a_difference_is_seen(factor):
    """What takes a third longer, or less, is told from what does not."""
    found = ratio(times(1), times(2, factor=factor))

    assert found.excludes(1)
    assert found.low < factor < found.high


def test_noise_is_no_difference():
    """Of forty runs that compare the same with the same, none calls it a difference."""
    alarms = [
        seed
        for seed in range(40)
        if ratio(times(seed), times(seed + 1000), comparisons=32).excludes(1)
    ]

    assert alarms == []


def test_alone_an_interval_is_wrong_now_and_then():
    """Judged by itself, an interval of 95 % is wrong a few times in a hundred, and not often."""
    alarms = [seed for seed in range(60) if difference(times(seed), times(-seed - 1)).excludes(0)]

    assert 0 < len(alarms) <= 10


def test_quartiles_are_in_order():
    """The median stands between the quartiles, whatever order the times came in."""
    assert quartiles([3.0, 1.0, 2.0, 5.0, 4.0]) == (2.0, 3.0, 4.0)
