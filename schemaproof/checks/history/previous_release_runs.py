"""
Let the models of the release before work on the new schema.

During a rolling deploy the migration has run and old processes still serve requests. What breaks
them is seldom seen in a test, because the tests know only the new models.

Source: https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.trials.release import Breakage, Ran

LONGEST = 160  # characters of a statement
LATER = "in a revision of a later release, when this one is gone"

# By SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
FIXES = {
    "23502": f"Give the column a server default or let it be NULL, and take that back {LATER}.",
    "42703": f"Leave the column under its old name beside the new one, and drop it {LATER}.",
    "42P01": f"Leave a view of the old name behind, and drop it {LATER}.",
    "42804": f"Add a column of the new type beside the old one, and drop that {LATER}.",
    "22001": f"Leave the column as wide as it was, and narrow it {LATER}.",
    "22003": f"Leave the column as wide as it was, and narrow it {LATER}.",
    "22P02": f"Leave the old label in the type, and remove it {LATER}.",
    "": f"Add a column of the new type beside the old one, and drop that {LATER}.",
}
OTHERWISE = f"Demand it {LATER}."


@check("history/previous-release-runs")
def previous_release_runs(previous: Ran) -> Iterator[Yielded]:
    for breakage in previous.breakages:
        yield _violation(previous, breakage)
    if previous.obstacle is not None:
        yield Skip(why=f"nothing was inserted: {previous.obstacle}")
        return
    counted = ", ".join(f"{previous.done[one]} {one}" for one in sorted(previous.done))
    yield Evidence(seen=f"of {previous.ref}: {counted}")


def _violation(ran: Ran, breakage: Breakage) -> Violation:
    place = breakage.place or breakage.attribute or breakage.sqlstate
    sent = breakage.statement
    if len(sent) > LONGEST:
        sent = f"{sent[:LONGEST]}…"
    return Violation(
        where=f"{ran.name} {breakage.operation}{f' {place}' if place else ''}",
        found=f"as {ran.ref} does it: {breakage.told}{f'; on {sent}' if sent else ''}",
        because=f"until the last process of {ran.ref} is gone, each of its requests that does so "
        + ("fails" if breakage.sqlstate else "works with a value that nobody wrote"),
        fix=FIXES.get(breakage.sqlstate, OTHERWISE),
    )
