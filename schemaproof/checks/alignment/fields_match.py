"""
Set every field of a schema beside its column: name, null, length, range, members, zone, default.

The ends that the column declares are offered to the schema, one on each side. What is written must
not be wider than the column, what is read must not be narrower.

Source: https://docs.pydantic.dev/latest/concepts/fields/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemaproof.alignment import Alignment
from schemaproof.checks.alignment._told import field_location, unseen
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.targets import short_name

if TYPE_CHECKING:
    from schemaproof.alignment.exchange import Exchange
    from schemaproof.alignment.fits import Misfit


@check("alignment/fields-match")
def fields_match(alignment: Alignment, exchange: Exchange) -> Iterator[Yielded]:
    misfits = exchange.misfits(alignment)
    skips = [*unseen(misfits)]
    yield from skips
    found = [one for one in misfits if one.kind not in {"absent", "narrow", "needless"}]
    for misfit in found:
        told, because, fix = _words(alignment, misfit)
        yield Violation(
            where=f"{alignment.schema.__name__}.{misfit.name}",
            found=told,
            because=because,
            fix=fix,
            location=field_location(alignment, misfit.name),
        )
    if not found and not skips:
        yield Evidence(seen=f"all of {len(alignment.schema.model_fields)} fields fit")


def _words(alignment: Alignment, misfit: Misfit) -> tuple[str, str, str]:
    name, model = alignment.schema.__name__, alignment.model.__name__
    field = f"{name}.{misfit.name}"
    column = misfit.column
    there = f"{short_name(column.table)}.{column.name}" if column else "the table"
    match misfit.kind:
        case "unknown":
            return misfit.told, *_unknown(alignment, misfit.name)
        case "missing":
            found = f"{name} has no field for {misfit.told}"
            because = f"no payload of {name} makes a row by itself"
            return found, because, f"Add the field {misfit.name}, or give {there} a default."
        case "wide":
            found = f"{field} takes {misfit.told}, which {there} does not hold"
            because = "a request that was let in fails in the database, or is stored otherwise"
            return found, because, f"Give {field} the bounds of its column, or widen the column."
        case "default":
            found = f"the default of {there} is another one: {misfit.told}"
            because = f"a {model} made through the API has another value than one made by SQL"
            return found, because, f"Give {field} and {there} one default."
    found = f"{field} refuses {misfit.told}, which {there} holds"
    because = "whoever asks for such a row gets an error"
    return found, because, f"Widen {field} to what its column holds, or narrow the column."


def _unknown(alignment: Alignment, field: str) -> tuple[str, str]:
    name, model = alignment.schema.__name__, alignment.model.__name__
    if alignment.role == "response":
        because = f"reading a {model} through {name} fails"
    else:
        because = f"what is sent as {field} is lost, or {model}() refuses it"
    return because, f"Name the field after an attribute of {model}, or take it out."
