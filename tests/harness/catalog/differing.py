"""
Make the test that every table of differences has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest


def differences_in(cases: Sequence[Any]) -> Callable[..., None]:
    """
    Return the test of these cases.

    Each has a left schema and a right one, the first PostgreSQL that has it, and for each
    difference its kind, identity, facet, text left and text right.
    """

    @pytest.mark.parametrize(("left", "right", "since", "expected"), cases)
    def test_difference(
        differ: Callable[..., None],
        left: str,
        right: str,
        since: int,
        expected: list[tuple[str | None, ...]],
    ) -> None:
        """
        What was changed is told, and nothing else, whichever side it is read from.
        """
        differ(left, right, since, expected)

    return test_difference
