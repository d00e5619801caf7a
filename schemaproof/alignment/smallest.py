"""
Shrink a value for as long as it shows the same failure.

The order of the steps is fixed, so that the same failure always ends as the same value.

Source: https://www.st.cs.uni-saarland.de/papers/tse2002/ (delta debugging)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from schemaproof.alignment.schema import Json

# A failure is rare, and each trial takes a few ms.
MOST_TRIALS = 120


def smallest(value: Json, fails: Callable[[Json], bool]) -> Json:
    """
    Return a simpler value that fails too; ``value`` itself if there is none.

    Args:
        value: A value that fails.
        fails: Tells whether another one fails in the same way.
    """
    value = _cut_off(value, fails)
    left = MOST_TRIALS
    is_shrunk = True
    while is_shrunk and left > 0:
        is_shrunk = False
        for simpler in itertools.islice(_simpler(value), left):
            left -= 1
            if fails(simpler):
                is_other = type(simpler) is not type(value)
                value, is_shrunk = _cut_off(simpler, fails) if is_other else simpler, True
                break
    return value


def _cut_off(value: Json, fails: Callable[[Json], bool]) -> Json:
    match value:
        case bool():
            return value
        case int():
            sign = -1 if value < 0 else 1
            return sign * _least(abs(value), lambda size: fails(sign * size))
        case str():
            text: str = value
            return text[: _least(len(text), lambda length: fails(text[:length]))]
    return value


def _least(most: int, fails: Callable[[int], bool]) -> int:
    # Halving, as if everything past the first failure failed; what is returned has failed anyway.
    low = 0
    while low < most:
        middle = (low + most) // 2
        low, most = (low, middle) if fails(middle) else (middle + 1, most)
    return most


def _simpler(value: Json) -> Iterator[Json]:
    match value:
        case int() if not isinstance(value, bool) and value:
            yield 0
            yield value - (1 if value > 0 else -1)
        case float() if value.is_integer():
            yield int(value)
        case str():
            yield from (value[:length] for length in _lengths(len(value)))
            yield value[1:]
            yield from _plainer(value)
        case list():
            yield from value
            yield from (value[:length] for length in _lengths(len(value)))
            yield from (value[:i] + value[i + 1 :] for i in range(min(len(value), 8)))
            for i, item in enumerate(value[:8]):
                yield from ([*value[:i], simpler, *value[i + 1 :]] for simpler in _simpler(item))
        case dict():
            yield from value.values()
            yield from ({k: v for k, v in value.items() if k != key} for key in value)
            for key, item in value.items():
                yield from ({**value, key: simpler} for simpler in _simpler(item))


def _plainer(text: str) -> Iterator[str]:
    # Letter by letter, while there are few.
    if 1 < len(text) < 64:
        for place, letter in enumerate(text):
            if letter != "a":
                yield f"{text[:place]}a{text[place + 1 :]}"


def _lengths(length: int) -> Iterator[int]:
    step = length
    while step > 0:
        yield length - step
        step //= 2
