"""
Put what depends on each other into layers: nothing is left of what it depends on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def without_rings(
    names: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """
    Yield the pairs, some of them turned round, so that nobody comes back to where they began.
    """
    rights: dict[str, list[str]] = {}
    for left, right in pairs:
        rights.setdefault(left, []).append(right)
    done: set[str] = set()
    for first in names:
        # Without recursion: a chain of keys may be longer than Python's stack.
        path, waiting = {first}, [(first, iter(rights.get(first, ())))]
        while waiting and first not in done:
            name, others = waiting[-1]
            if (other := next(others, None)) is None:
                path.discard(name)
                done.add(name)
                waiting.pop()
            elif other in path:
                yield (other, name)
            else:
                yield (name, other)
                if other not in done:
                    path.add(other)
                    waiting.append((other, iter(rights.get(other, ()))))


def layers_of(names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """
    Return how many steps the longest way to each name has, if there are no rings.
    """
    lefts: dict[str, set[str]] = {name: set() for name in names}
    rights: dict[str, set[str]] = {name: set() for name in names}
    for one, other in pairs:
        lefts[other].add(one)
        rights[one].add(other)
    layers: dict[str, int] = {}
    ready = [name for name in names if not lefts[name]]
    open_ends = {name: len(found) for name, found in lefts.items()}
    while ready:
        name = ready.pop()
        layers[name] = 1 + max((layers[one] for one in lefts[name]), default=-1)
        for other in rights[name]:
            open_ends[other] -= 1
            if not open_ends[other]:
                ready.append(other)
    return layers
