"""
Say of each kind of object how it is made and how one of its properties is changed.

The kinds that Alembic has no operations for register here what SQL has; the modules beside this
one do so when they are imported.

Source: https://www.postgresql.org/docs/current/sql-commands.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import singledispatch

from schemaproof.catalog import CatalogObject
from schemaproof.checks.drift._mending.calls import literal
from schemaproof.checks.drift._mending.references import reference

HIDDEN = literal("***")
STATES = {"origin": "ENABLE", "disabled": "DISABLE"}

_PART = re.compile(r'("(?:[^"]|"")*"|\S+) (.*)', re.DOTALL)


@singledispatch
def make(it: CatalogObject) -> Iterator[str]:
    """
    Yield what makes an object, its comment, privileges and the like apart.
    """
    definition = getattr(it, "definition", None)
    if definition is not None:
        yield definition


@singledispatch
def change(ours: CatalogObject, theirs: CatalogObject, _facet: str) -> Iterator[str]:
    """
    Yield what gives an object that is there the property that ``ours`` has.
    """
    yield from remake(ours, theirs)


def remake(ours: CatalogObject, theirs: CatalogObject) -> Iterator[str]:
    """
    Yield what puts one object in the place of another.
    """
    yield f"DROP {reference(theirs)}"
    yield from make(ours)


def enable(alter: str, state: str, what: str = "") -> str:
    """
    Return what puts a trigger or rule into a state.
    """
    return f"{alter} {STATES.get(state, f'ENABLE {state.upper()}')} {what}".rstrip()


def parts(text: str) -> tuple[str, str]:
    """
    Part the name, which may be quoted, from what follows it.
    """
    found = _PART.fullmatch(text)
    return (found.group(1), found.group(2)) if found else (text, "")


def by_name(*several: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """
    Return each of several tuples of texts by the names that the texts begin with.
    """
    return tuple(dict(map(parts, each)) for each in several)


def set_options(alter: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> Iterator[str]:
    """
    Yield what gives an object the storage parameters ``ours``.
    """
    kept = {option.partition("=")[0] for option in ours}
    stale = [name for option in theirs if (name := option.partition("=")[0]) not in kept]
    fresh = [option for option in ours if option not in theirs]
    if stale:
        yield f"{alter} RESET ({', '.join(stale)})"
    if fresh:
        pairs = (option.partition("=") for option in fresh)
        yield f"{alter} SET ({', '.join(f'{name} = {literal(value)}' for name, _, value in pairs)})"


def set_foreign(alter: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> Iterator[str]:
    """
    Yield what gives a foreign object the options ``ours``; secrets are left alone.
    """
    wanted, there = by_name(ours, theirs)
    words = [f"DROP {name}" for name in there if name not in wanted]
    for name, value in wanted.items():
        if value not in (there.get(name), HIDDEN):
            words.append(f"{'SET' if name in there else 'ADD'} {name} {value}")
    if words:
        yield f"{alter} OPTIONS ({', '.join(words)})"


def set_comments(place: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> Iterator[str]:
    """
    Yield what gives the parts of an object their comments; ``{}`` in the place is the part's name.
    """
    wanted, there = by_name(ours, theirs)
    for name in sorted({*wanted, *there}):
        if wanted.get(name) != there.get(name):
            yield f"COMMENT ON {place.replace('{}', name)} IS {wanted.get(name, 'NULL')}"
