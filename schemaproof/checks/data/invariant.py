"""
Report rows that break what the project says must hold of them, and no constraint can say.

What a trigger keeps it keeps of those who pass it: not of rows that were there before, nor of those
that came while it was disabled, or by replication. The project names such rules as queries that
must return no row.

Source: https://www.postgresql.org/docs/current/sql-createtrigger.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.data._telling import named
from schemaproof.configuration import Invariant
from schemaproof.preflight import Data


@check("data/invariant")
def invariant(invariant: Invariant, data: Data) -> Iterator[Yielded]:
    answer = data.violating(invariant)
    if answer.obstacle is not None:
        yield Skip(why=answer.obstacle)
        return
    if not answer.rows:
        yield Evidence(seen="its query returns no row")
        return
    verb = "breaks" if answer.rows == 1 and not answer.is_more else "break"
    yield Violation(
        where=invariant.name,
        found=f"{answer.counted} {verb} it{named(answer)}",
        because=invariant.because,
        fix="Mend these rows, and find out who wrote them past the rule.",
    )
