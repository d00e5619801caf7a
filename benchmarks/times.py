"""
Keep how long something took, several times, and write that as a line of a table.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from benchmarks.floor import took


@dataclass(frozen=True, kw_only=True)
class Time:
    """
    How long something took, several times.

    Attributes:
        what: What it was.
        runs_ms: Each time, in milliseconds.
    """

    what: str
    runs_ms: tuple[float, ...]

    @property
    def median_ms(self) -> float:
        """
        The middle one.
        """
        return statistics.median(self.runs_ms)


def timed(what: str, action: Callable[[], object], runs: int) -> Time:
    """
    Return how long an action takes, each of several times.
    """
    return Time(what=what, runs_ms=tuple(1e3 * took(action) for _ in range(runs)))


def table(title: str, times: Iterable[Time]) -> Iterator[str]:
    """
    Yield the lines of a table; the ratio is to the first.
    """
    times = [*times]
    yield from ("", f"{title}:", "")
    yield "| | median, ms | least to greatest, ms | ratio |"
    yield "|---|---|---|---|"
    for time in times:
        spread = f"{min(time.runs_ms):,.1f} to {max(time.runs_ms):,.1f}"
        ratio = time.median_ms / times[0].median_ms
        yield f"| {time.what} | {time.median_ms:,.1f} | {spread} | {ratio:,.1f} |"
