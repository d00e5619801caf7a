"""
Take every revision up, down and up again, and require the same catalogue each time.

A downgrade is needed on the worst of days and written on the best; what it forgets (a trigger, a
comment, a validated constraint) is found then. The catalogue before the revision must come back to
the last object, and so must the one after it.

Source: https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Difference, difference
from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.checks.history.downgrade_exists import what_is_missing
from schemaproof.checks.history.upgrade_from_empty import migration_failed
from schemaproof.history import MigrationFailed, Revision, RoundTrips, version_tables


@check("history/downgrade-restores-catalog", column="round trip")
def downgrade_restores_catalog(reversible: Revision, round_trips: RoundTrips) -> Iterator[Yielded]:
    trip = round_trips.of(reversible)
    if what_is_missing(trip) is not None:
        yield Skip(why="there is no downgrade to try: history/downgrade-exists says in what way")
        return
    after = trip.up.catalog
    try:
        undone = trip.down.catalog
    except MigrationFailed as error:
        yield migration_failed(error)
        return
    # The first upgrade makes Alembic's own table, and no downgrade removes it.
    ignored = version_tables(after)
    left = difference(trip.before, undone, ignore_tables=ignored)
    yield from (_violation(reversible, one, "after the downgrade") for one in left)
    try:
        again = difference(after, trip.again.catalog, ignore_tables=ignored)
    except MigrationFailed as error:
        # Where the downgrade left something over, this follows from it.
        if not left:
            yield migration_failed(error)
        return
    yield from (_violation(reversible, one, "after the second upgrade") for one in again)
    changed = len(difference(trip.before, after, ignore_tables=ignored))
    yield Evidence(
        seen=f"{changed} differences made, unmade and made again",
        brief=f"{changed} changes, both ways",
    )


def _violation(revision: Revision, one: Difference, when: str) -> Violation:
    name = one.identity.removeprefix("public.")
    return Violation(
        where=f"{revision.id}: {name}",
        found=f"{when} {one.as_change}",
        because="a rollback leaves a database that is at no revision, and whatever runs on it next "
        "meets a schema that nobody has tested",
        fix=f"Make downgrade() the exact inverse of upgrade() for the {one.kind}.",
        location=Location(file=revision.path),
        revision=revision.id,
    )
