"""
Find out between which sizes the server changes its mind about a query.

Two sizes with different plans have a flip between them. What lies between is halved until no number
of two digits is left; a third plan in between has flips on both its sides. Where both ends have the
same plan, nobody looks between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from schemaproof.catalog import QualifiedName
from schemaproof.plans import Explanation
from schemaproof.rows import Volume
from schemaproof.scaling.written import two_digit_numbers


@dataclass(frozen=True, kw_only=True)
class AtSize:
    """
    What the server says of a query at one size.

    Attributes:
        rows: The size.
        explanation: What it says.
        volumes: What the tables hold then.
    """

    rows: float
    explanation: Explanation
    volumes: Mapping[QualifiedName, Volume]

    @property
    def shape(self) -> str:
        """
        The plan without any figure.
        """
        return self.explanation.plan.shape


@dataclass(frozen=True, kw_only=True)
class Flip:
    """
    Two sizes close to each other at which the plans differ.

    Attributes:
        below: The smaller one.
        above: The larger one.
    """

    below: AtSize
    above: AtSize


def flips(ask: Callable[[float], AtSize], below: AtSize, above: AtSize) -> Iterator[Flip]:
    """
    Yield where the plan changes between two sizes, from the smaller one on.

    Args:
        ask: Says how the query is planned at a size.
        below: The smaller size.
        above: The larger size.
    """
    if below.shape == above.shape:
        return
    between = [*two_digit_numbers(below.rows, above.rows)]
    if not between:
        yield Flip(below=below, above=above)
        return
    middle = ask(between[len(between) // 2])
    yield from flips(ask, below, middle)
    yield from flips(ask, middle, above)
