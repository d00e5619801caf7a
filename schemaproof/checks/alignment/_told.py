"""
Say what the checks of this family have in common: where a field is, and that a payload was lost.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from schemaproof.alignment import Alignment
from schemaproof.checks._locate import definition
from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded

if TYPE_CHECKING:
    from schemaproof.alignment.fits import Misfit
    from schemaproof.alignment.round_trips import Unkept, Writing


def field_location(alignment: Alignment, field: str = "") -> Location | None:
    """
    Return the line that defines a field, in the class of the schema that does; or the class itself.
    """
    for class_ in alignment.schema.__mro__:
        if field and field in inspect.get_annotations(class_):
            return definition(class_, field)
    return definition(alignment.schema)


def unseen(misfits: Iterable[Misfit]) -> Iterator[Skip]:
    """
    Yield why nothing could be said, where there is no column to set a field beside.
    """
    absent = [misfit.told for misfit in misfits if misfit.kind == "absent"]
    if absent:
        more = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
        yield Skip(why=f"{absent[0]}{more}; drift/models-match-migrations tells of it")


def round_trip(alignment: Alignment, writing: Writing, *, verb: str) -> Iterator[Yielded]:
    """
    Yield what became of the payloads of one schema.
    """
    if writing.obstacle is not None:
        yield Skip(why=f"no row could be written: {writing.obstacle}")
        return
    for unkept in writing.unkept:
        yield _lost(alignment, unkept, verb)
    if not writing.unkept:
        yield Evidence(seen=f"{writing.payloads} payloads come back equal")


def _lost(alignment: Alignment, unkept: Unkept, verb: str) -> Violation:
    name = alignment.schema.__name__
    fields = ", ".join(unkept.fields)
    return Violation(
        where=f"{name}.{fields}" if fields else name,
        found=f"{name} takes {unkept.shown}; {unkept.failure.told}",
        because="a request that was let in fails, or is answered with other data than it sent",
        fix="Widen the Response to what the table holds."
        if unkept.failure.is_readers
        else f"Let {f'{name}.{fields}' if fields else name} refuse what {verb} does not keep, or "
        "widen the column.",
        location=field_location(alignment, unkept.fields[0] if unkept.fields else ""),
    )
