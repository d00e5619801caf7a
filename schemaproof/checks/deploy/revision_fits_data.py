"""
Report rows of the live database that the next deploy will stop at.

A pending revision is run on a throwaway database at the same stamp, and what it demands of rows is
put to the rows that are there: NOT NULL, UNIQUE, CHECK, EXCLUDE, foreign keys, and types that take
less. Where it writes to the table first, it may mend them, and that is said instead.

Source: https://www.postgresql.org/docs/current/sql-altertable.html (ADD table_constraint, SET NOT
NULL, SET DATA TYPE)
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import short_name
from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.checks.deploy._broken import obstacle
from schemaproof.history import MigrationFailed
from schemaproof.preflight import Answer, Data, Demand, PendingRevision


@check("deploy/revision-fits-data", column="data")
def revision_fits_data(pending: PendingRevision, data: Data) -> Iterator[Yielded]:
    failure = pending.failure
    if failure is not None and failure.revision == pending.revision.id and not failure.obstacle:
        yield _raises(pending, failure)
        return
    if blocked := obstacle(pending):
        yield blocked
        return
    untold = [
        f"{short_name(table)} is made and filled by it: what it will hold cannot be told"
        for table in pending.filled
    ]
    broken = 0
    for demand in pending.demands:
        answer = data.broken(demand)
        if answer.obstacle is not None:
            untold.append(f"{demand.told}: {answer.obstacle}")
        elif answer.rows and demand.written:
            untold.append(_may_be_mended(demand, answer))
        elif answer.rows:
            broken += 1
            yield _violation(pending, demand, answer)
    if untold:
        yield Skip(why="; ".join(untold))
    held = len(pending.demands) - len(untold) - broken + len(pending.filled)
    yield Evidence(seen=_summary(pending, held), brief="" if untold or broken else "fits")


def keys(answer: Answer) -> str:
    """
    Return the keys of some rows, as a clause; nothing if there are none.
    """
    return f": {', '.join(answer.keys)}{', …' if answer.rows > len(answer.keys) else ''}"


def _summary(pending: PendingRevision, held: int) -> str:
    order = f"{pending.place} of {pending.among} revisions that the deploy runs"
    if not pending.demands:
        return f"{order}; it demands nothing of rows that are there"
    return f"{order}; {held} of {len(pending.demands)} demands hold of every row"


def _may_be_mended(demand: Demand, answer: Answer) -> str:
    verb = "breaks" if answer.rows == 1 and not answer.is_more else "break"
    return (
        f"{answer.counted} now {verb} {demand.told}, and {', '.join(demand.written)} may mend "
        "them first: run the upgrade on a copy to know"
    )


def _violation(pending: PendingRevision, demand: Demand, answer: Answer) -> Violation:
    table = short_name(demand.table)
    line = "" if demand.line is None else f"line {demand.line}: "
    named = keys(answer) if answer.keys else ""
    verb = "breaks" if answer.rows == 1 and not answer.is_more else "break"
    return Violation(
        where=f"{pending.revision.id}: {demand.where}",
        found=f"{line}{answer.counted} of {table} {verb} {demand.told}{named}",
        because="the upgrade stops there, and with it the deploy",
        fix=f"Mend these rows of {table} before the deploy, or in a revision before this one.",
        location=Location(file=pending.revision.path, line=demand.line),
        revision=pending.revision.id,
    )


def _raises(pending: PendingRevision, failure: MigrationFailed) -> Violation:
    return Violation(
        where=pending.revision.id,
        found=f"on a database at the same stamp, without rows, it raises {failure.told}",
        because="the deploy stops there",
        fix="Mend the revision; 'schemaproof verify' tells more of it.",
        location=Location(file=failure.path or pending.revision.path, line=failure.line),
        revision=pending.revision.id,
    )
