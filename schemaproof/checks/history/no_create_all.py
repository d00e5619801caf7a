"""
Report migrations that make or drop tables from the application's own MetaData.

Such a migration makes what the models say today, not what they said when it was written: comparing
the models with it compares them with themselves, and databases that were upgraded at different
times differ.

Source: https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.MetaData.create_all
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Location, Violation, Yielded, check
from schemaproof.history import Revision, RoundTrip, RoundTrips, Statement
from schemaproof.project import Project


@check("history/no-create-all")
def no_create_all(
    revision: Revision, round_trips: RoundTrips, project: Project
) -> Iterator[Yielded]:
    trip = round_trips.of(revision)
    # What env.py itself sends comes before the first revision and belongs to none.
    prelude = round_trips.prelude if not revision.parents else ()
    for where, statements in (("env.py", [*prelude]), *_steps(trip)):
        live = [one for one in statements if one.made_from is project.metadata]
        if live:
            yield _violation(revision, where, live, project)
    own = sum(len(statements) for _, statements in _steps(trip))
    yield Evidence(seen=f"none of {own} statements comes from {project.metadata_name}")


def _steps(trip: RoundTrip) -> Iterator[tuple[str, list[Statement]]]:
    names = ("upgrade", "downgrade")
    for name, leg in zip(names, trip.legs, strict=False):
        yield (
            f"{trip.revision.id}: {name}",
            [one for one in leg.statements if one.line is not None],
        )


def _violation(
    revision: Revision, where: str, live: list[Statement], project: Project
) -> Violation:
    first = live[0]
    is_own = where != "env.py"
    return Violation(
        where=where,
        found=f"{len(live)} statements are made from {project.metadata_name} as it is today, first "
        f"{' '.join(first.sql.split())[:60]}",
        because="it makes what the models say today, so that drift compares them with themselves, "
        "and two databases upgraded at different times differ",
        fix="Spell the tables out with op.create_table() and op.drop_table(), as they were then.",
        location=Location(file=revision.path, line=first.line) if is_own else None,
        revision=revision.id if is_own else None,
    )
