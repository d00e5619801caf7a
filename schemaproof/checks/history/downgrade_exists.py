"""
Report downgrades that are missing, that raise NotImplementedError, or that do nothing.

A deploy that goes wrong at night is taken back by whoever is awake, and they find out then that
there is no way back. Revisions up to a declared floor, which nobody will undo any more, are left
alone.

Source: https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import difference
from schemaproof.checks.check import Evidence, Location, Violation, Yielded, check
from schemaproof.history import MigrationFailed, Revision, RoundTrip, RoundTrips, version_tables


@check("history/downgrade-exists")
def downgrade_exists(reversible: Revision, round_trips: RoundTrips) -> Iterator[Yielded]:
    trip = round_trips.of(reversible)
    missing = what_is_missing(trip)
    if missing is None:
        if len(trip.legs) > 1:
            sent = [one for one in trip.down.statements if one.line is not None]
            yield Evidence(seen=f"{len(sent)} statements")
        return
    found, line = missing
    yield Violation(
        where=reversible.id,
        found=found,
        because="when its deploy has to be taken back there is no way back but a backup",
        fix="Write the downgrade, or set downgrade_floor to this revision or a later one.",
        location=Location(file=reversible.path, line=line),
        revision=reversible.id,
    )


def what_is_missing(trip: RoundTrip) -> tuple[str, int | None] | None:
    """
    Say in what way a revision has no downgrade, and at which line; None if it has one.
    """
    if not trip.revision.has_downgrade:
        return "there is no downgrade()", None
    if len(trip.legs) == 1:  # the upgrade raised, and says so itself
        return None
    error = trip.down.outcome
    if isinstance(error, MigrationFailed):
        return (f"downgrade() raises {error.told}", error.line) if error.is_declared else None
    if any(one.line is not None for one in trip.down.statements):
        return None
    after = trip.up.catalog
    # A revision that changes rows alone may leave them: the schema before it can hold them.
    changed = len(difference(trip.before, after, ignore_tables=version_tables(after)))
    if not changed:
        return None
    return f"downgrade() does nothing; upgrade() made {changed} differences", None
