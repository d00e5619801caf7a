"""
Read rows of every kind that the table takes through each Response.

A table holds more than the application of today would write: NULLs, old states, the ends of every
type. A Response that is stricter than its table turns such a row into an error for whoever asks.

Source: https://docs.pydantic.dev/latest/concepts/models/#arbitrary-class-instances
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemaproof.alignment import Alignment
from schemaproof.checks.alignment._told import field_location
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check

if TYPE_CHECKING:
    from schemaproof.alignment.exchange import Exchange


@check("alignment/response-reads-rows")
def response_reads_rows(responding: Alignment, exchange: Exchange) -> Iterator[Yielded]:
    reading = exchange.reading(responding)
    if reading.obstacle is not None:
        yield Skip(why=f"no row could be read: {reading.obstacle}")
        return
    name = responding.schema.__name__
    for unread in reading.unread:
        where = f"{name}.{unread.field}" if unread.field else name
        yield Violation(
            where=where,
            found=f"the table holds a row with {unread.row} that {name} does not read: "
            f"{unread.told}",
            because="whoever asks for that row, or for a list with it, gets an error",
            fix=f"Widen {where} to what the table holds, or give the table a constraint that keeps "
            "such rows out.",
            location=field_location(responding, unread.field),
        )
    if not reading.unread:
        left_out = (
            f"; {reading.unloadable} left out, with values that Python cannot load"
            if reading.unloadable
            else ""
        )
        yield Evidence(seen=f"reads {reading.rows} rows{left_out}")
