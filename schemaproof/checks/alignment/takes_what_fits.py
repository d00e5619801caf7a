"""
Offer a Create or an Update the last value that its column was made for.

A length, a range or a list of states that was written down for a column is a promise to whoever
uses it; a schema that stops short of it keeps part of the column out of reach.

Source: https://docs.pydantic.dev/latest/concepts/fields/#field-constraints
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


@check("alignment/takes-what-fits", severity="warning")
def takes_what_fits(writing: Alignment, exchange: Exchange) -> Iterator[Yielded]:
    name = writing.schema.__name__
    misfits = exchange.misfits(writing)
    skips = [*unseen(misfits)]
    yield from skips
    found = [one for one in misfits if one.kind == "narrow"]
    for misfit in found:
        column = misfit.column
        there = f"{short_name(column.table)}.{column.name}" if column else "the table"
        yield Violation(
            where=f"{name}.{misfit.name}",
            found=f"refuses {misfit.told}, which {there} was made for",
            because=f"no client can store what {there} is there to hold",
            fix=f"Widen {name}.{misfit.name}, narrow the column, or waive it if it is meant.",
            location=field_location(writing, misfit.name),
        )
    if not found and not skips:
        yield Evidence(seen="takes every length, bound and member that its columns declare")
