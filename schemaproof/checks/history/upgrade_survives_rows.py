"""
Run every revision with rows in the tables.

A migration that was only ever run on an empty database says nothing about production: SET NOT NULL
meets NULLs there, UNIQUE meets duplicates, a narrower type meets the value that does not fit.

Source: https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.history import MigrationFailed, Revision, RoundTrips
from schemaproof.project import Project
from schemaproof.targets import short_name
from schemaproof.trials.seeding import Culprits, SeededTrip, Seeding

CHECK = "history/upgrade-survives-rows"
SHOWN = 2  # rows, and then how many more
LONGEST = 40  # characters of a value


@check(CHECK)
def upgrade_survives_rows(
    revision: Revision, round_trips: RoundTrips, seeding: Seeding, project: Project
) -> Iterator[Yielded]:
    trip = round_trips.of(revision)
    seeded = seeding.of(revision)
    raised = [leg.outcome for leg in trip.legs if isinstance(leg.outcome, MigrationFailed)]
    # That there is no way down says nothing of the way up.
    alone = {str(error) for error in raised if not error.is_declared}
    if alone and (seeded is None or seeded.failure is None or str(seeded.failure) in alone):
        yield Skip(why="it fails without rows too: other history/ checks say how")
    elif seeded is None:
        yield Skip(why="env.py holds a transaction of its own, so nobody else can put rows in")
    elif seeded.failure is not None:
        # What somebody has looked at already needs no long search.
        is_known = (CHECK, revision.id) in {(one.check, one.where) for one in project.waivers}
        yield _violation(revision, seeded.failure, None if is_known else seeding.culprits(revision))
    else:
        yield Evidence(seen=_seen(seeded))


def _seen(seeded: SeededTrip) -> str:
    seen = f"with {seeded.rows} rows in {seeded.tables} tables"
    if seeded.empty:
        names = ", ".join(sorted(map(short_name, seeded.empty)))
        seen += f"; nothing was found that fits into {names}"
    return seen


def _violation(revision: Revision, error: MigrationFailed, culprits: Culprits | None) -> Violation:
    rows = f"; with {_told(culprits)}" if culprits else ""
    said = f" on {' '.join(error.statement.split())}" if error.statement else ""
    return Violation(
        where=revision.id,
        found=f"{error.step} raised {error.told}{said}{rows}",
        because="such rows satisfy the schema before it, so production may hold them, and the "
        "deploy stops there",
        fix="Mend or move those rows in the same revision before the statement, or forbid them in "
        "an earlier one.",
        location=Location(file=error.path, line=error.line) if error.path else None,
        revision=revision.id,
    )


def _told(culprits: Culprits) -> str:
    shown = " and ".join(_row(row) for row in culprits.rows[:SHOWN])
    more = len(culprits.rows) - SHOWN
    others = f" and {more} more" if more > 0 else ""
    return f"{short_name(culprits.table)} {shown}{others}"


def _row(row: Mapping[str, str | None]) -> str:
    return f"({', '.join(f'{name} = {_value(text)}' for name, text in row.items())})"


def _value(text: str | None) -> str:
    if text is None:
        return "NULL"
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
