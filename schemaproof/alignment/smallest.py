"""
Shrink a value for as long as it shows the same failure.

The order of the steps is fixed, so that the same failure always ends as the same value.

Source: https://www.st.cs.uni-saarland.de/papers/tse2002/ (delta debugging)
"""

from __future__ import annotations

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
    left = MOST_TRIALS
    is_shrunk = True
    while is_shrunk and left > 0:
        is_shrunk = False
        for simpler in _simpler(value):
            left -= 1
            if left <= 0:
                break
            if fails(simpler):
                value, is_shrunk = simpler, True
                break
    return value


def _simpler(value: Json) -> Iterator[Json]:
    match value:
        case bool() | None:
            return
        case int():
            yield from _closer(value)
        case float() if value.is_integer():
            yield int(value)
        case str():
            yield from (value[:length] for length in _lengths(len(value)))
            yield from (value[1:],) if len(value) > 1 else ()
            # Letter by letter, while there are few.
            if 1 < len(value) < 64:
                yield from (
                    f"{value[:i]}a{value[i + 1 :]}"
                    for i, letter in enumerate(value)
                    if letter != "a"
                )
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


def _lengths(length: int) -> Iterator[int]:
    step = length
    while step > 0:
        yield length - step
        step //= 2


def _closer(value: int) -> Iterator[int]:
    sign, size = (-1 if value < 0 else 1), abs(value)
    yield from (sign * length for length in _lengths(size))
