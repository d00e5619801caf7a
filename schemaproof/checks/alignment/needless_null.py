"""
Look for null in what a Response promises where the column behind it is NOT NULL.

Whoever writes a client against the Response has to provide for a value that never comes, and is not
told that it never comes.

Source: https://docs.pydantic.dev/latest/concepts/json_schema/
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


@check("alignment/needless-null", severity="warning")
def needless_null(responding: Alignment, exchange: Exchange) -> Iterator[Yielded]:
    name = responding.schema.__name__
    misfits = exchange.misfits(responding)
    skips = [*unseen(misfits)]
    yield from skips
    found = [one for one in misfits if one.kind == "needless"]
    for misfit in found:
        column = misfit.column
        there = f"{short_name(column.table)}.{column.name}" if column else "the table"
        yield Violation(
            where=f"{name}.{misfit.name}",
            found=f"may be null, and {there} is NOT NULL",
            because="every client provides for a null that never comes",
            fix=f"Take None out of the type of {name}.{misfit.name}, or waive it if it is meant.",
            location=field_location(responding, misfit.name),
        )
    if not found and not skips:
        yield Evidence(seen="says null only of columns that hold it")
