"""
Make a subject of another, of which a mutant has changed some parts.

What is given stands as it is; everything else is made anew when a check asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from schemaproof.postgres import Databases
from schemaproof.subject import Subject


def derived(
    original: Subject,
    *,
    shared: Iterable[str] = (),
    databases: Databases | None = None,
    **parts: object,
) -> Subject:
    """
    Return a subject that differs from the original.

    Args:
        original: The subject as it is.
        shared: The names of the parts that it has in common with it.
        databases: Where its databases come from, if not from where the original's do.
        **parts: Those that differ, by name.
    """
    given = {name: getattr(original, name) for name in shared} | parts
    return derived_by(
        original,
        {name: _returning(part) for name, part in given.items()},
        databases=databases,
    )


def derived_by(
    original: Subject,
    makers: Mapping[str, Callable[[], object]],
    *,
    databases: Databases | None = None,
) -> Subject:
    """
    Return a subject some parts of which are made in another way, when they are asked for.
    """
    return Subject(
        original.project, databases or original.databases, today=original.today, makers=makers
    )


def _returning(part: object) -> Callable[[], object]:
    return lambda: part
