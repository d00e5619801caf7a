"""
Require of every waiver that it covers a violation and has not expired.

A waiver is a debt with a reason. One that covers nothing hides the next violation of the same name,
and one past its date was meant to be gone.

Source: https://peps.python.org/pep-0518/#tool-table (where waivers are written)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.configuration import Waiver


@check("waivers/still-needed")
def still_needed(
    waiver: Waiver, violations_of: Callable[[str], tuple[Violation, ...] | None], today: dt.date
) -> Iterator[Yielded]:
    where = waiver_name(waiver)
    if waiver.until is not None and waiver.until < today:
        yield Violation(
            where=where,
            found=f"the waiver ended on {waiver.until}",
            because="an exception that outlives its date is a decision nobody made",
            fix="Mend what it covers, or decide again and move the date.",
        )
        return
    violations = violations_of(waiver.check)
    if violations is None:
        yield Skip(why=f"{waiver.check} could not be run, so nobody knows what is still needed")
        return
    if not any(covers(waiver, waiver.check, found) for found in violations):
        yield Violation(
            where=where,
            found="no violation is covered by the waiver",
            because="it would silence the next violation of that name",
            fix="Remove the waiver, or mend its 'check' or 'where'.",
        )
        return
    yield Evidence(seen=waiver.reason)


def covers(waiver: Waiver, check_name: str, violation: Violation) -> bool:
    """
    Tell whether the waiver is about that violation.
    """
    return (waiver.check, waiver.where) == (check_name, violation.where)


def waiver_name(waiver: Waiver) -> str:
    """
    Return how a waiver is spoken of.
    """
    return f"{waiver.check} {waiver.where}"
