"""
Keep which knots are tied together, so that all of them get one value.

Source: https://en.wikipedia.org/wiki/Disjoint-set_data_structure
"""

from __future__ import annotations


class Ties:
    """
    Knots, numbered from 0, and what each is tied to: itself, if nothing.
    """

    def __init__(self, tied_to: list[int] | None = None) -> None:
        self._tied_to = tied_to or []

    def new(self) -> int:
        """
        Return a knot that is tied to no other.
        """
        self._tied_to.append(len(self._tied_to))
        return self._tied_to[-1]

    def tie(self, one: int, other: int) -> None:
        """
        Tie two knots, and with them all that they are tied to.
        """
        self._tied_to[self.root(one)] = self.root(other)

    def root(self, knot: int) -> int:
        """
        Return the knot that stands for all that are tied to this one.
        """
        while self._tied_to[knot] != knot:
            knot = self._tied_to[knot]
        return knot

    def copy(self) -> Ties:
        """
        Return the same knots; what is tied in the copy stays untied here.
        """
        return Ties(self._tied_to.copy())
