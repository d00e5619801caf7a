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
from schemaproof.checks.alignment._told import field_location
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.targets import short_name

if TYPE_CHECKING:
    from schemaproof.alignment.exchange import Exchange
    from schemaproof.alignment.fits import Misfit


@check("alignment/fields-match")
def fields_match(alignment: Alignment, exchange: Exchange) -> Iterator[Yielded]:
    found = [one for one in exchange.misfits(alignment) if one.kind != "narrow"]
    for misfit in found:
        told, because, fix = _words(alignment, misfit)
        yield Violation(
            where=f"{alignment.schema.__name__}.{misfit.name}",
            found=told,
            because=because,
            fix=fix,
            location=field_location(alignment, misfit.name),
        )
    if not found:
        yield Evidence(seen=f"{len(alignment.schema.model_fields)} fields fit")


def _words(alignment: Alignment, misfit: Misfit) -> tuple[str, str, str]:
    name, model = alignment.schema.__name__, alignment.model.__name__
    field = f"{name}.{misfit.name}"
    column = (
        f"{short_name(misfit.column.table)}.{misfit.column.name}" if misfit.column else "the table"
    )
    match misfit.kind:
        case "unknown":
            reads = alignment.role == "response"
            return (
                misfit.told,
                f"reading a {model} through {name} fails"
                if reads
                else f"what is sent as {misfit.name} is lost, or {model}() refuses it",
                f"Name the field after an attribute of {model}, or take it out.",
            )
        case "missing":
            return (
                f"{name} has no field for {misfit.told}",
                f"no payload of {name} makes a row by itself",
                f"Add the field {misfit.name}, or give {column} a default.",
            )
        case "wide":
            return (
                f"{field} takes {misfit.told}, which {column} does not hold",
                "a request that was let in fails in the database, or is stored as something else",
                f"Give {field} the bounds of its column, or widen the column.",
            )
        case "default":
            return (
                f"the default of {column} is another one: {misfit.told}",
                "a row has another value when the API makes it than when SQL does",
                f"Give {field} and {column} one default.",
            )
    return (
        f"{field} refuses {misfit.told}, which {column} holds",
        "whoever asks for such a row gets an error",
        f"Widen {field} to what its column holds, or narrow the column.",
    )
