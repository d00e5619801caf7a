"""
Report values in live rows that the schema which reads them does not take.

An enumeration, a Literal or a bound in a Pydantic class is a promise about the column. Where no
constraint keeps it, one old row is enough for the endpoint that shows it to fail.

Source: https://docs.pydantic.dev/latest/errors/validation_errors/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemaproof.alignment import Alignment
from schemaproof.catalog import short_name
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.preflight import Data

if TYPE_CHECKING:
    from schemaproof.preflight.outside import Outside


@check("data/outside-schema")
def outside_schema(responding: Alignment, data: Data) -> Iterator[Yielded]:
    # It imports Pydantic, which a project without schemas need not have.
    from schemaproof.preflight.outside import Unread, asked_fields, outside  # noqa: PLC0415

    for found in outside(responding, data):
        if isinstance(found, Unread):
            yield Skip(why=found.why)
            return
        yield _violation(responding, found)
    fields = asked_fields(responding, data)
    if not isinstance(fields, Unread):
        yield Evidence(
            seen=f"every row was held against {len(fields)} of its fields that say which values "
            "they take"
        )


def _violation(responding: Alignment, found: Outside) -> Violation:
    schema, column = responding.schema.__name__, f"{short_name(found.table)}.{found.column}"
    more = "at least " if found.is_more else ""
    return Violation(
        where=f"{schema}.{found.field}",
        found=f"{more}{found.rows:,} row{'' if found.rows == 1 else 's'} hold"
        f"{'s' if found.rows == 1 else ''} {more}{found.values:,} value"
        f"{'' if found.values == 1 else 's'} of {column} that it refuses: {', '.join(found.keys)}",
        because=f"whoever asks for one of these rows through {schema} gets an error",
        fix=f"Mend these rows and add a constraint to {column}, or let {schema}.{found.field} "
        "take what is there.",
    )
