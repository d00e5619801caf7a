"""
Fill the tables, go up and down again, and require that nothing is lost.

A downgrade that brings a column back empty, or a type that cuts what it held, restores the schema
and not the data. What is lost on purpose is declared in the migration, with its reason.

Source: https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.history import Revision
from schemaproof.targets import short_name
from schemaproof.trials.seeding import SeededTrip, Seeding

BECAUSE = "after a rollback the application runs on, without what its users had entered"
FIX = (
    "Keep the values where the downgrade finds them, or declare the loss in the migration: "
    'accepted_losses = {{"{name}": "why"}}.'
)


@check("history/round-trip-keeps-data", column="data")
def round_trip_keeps_data(reversible: Revision, seeding: Seeding) -> Iterator[Yielded]:
    seeded = seeding.of(reversible)
    if seeded is None or not seeded.is_compared:
        yield Skip(why="no rows came back from this revision: the other history/ checks say why")
        return
    lost = {**_lost(seeded)}
    accepted = reversible.accepted_losses
    for name, found in lost.items():
        if name in accepted:
            yield Evidence(
                seen=f"{found}; accepted: {accepted[name]}", brief=f"{name} lost as declared"
            )
        else:
            yield _violation(reversible, name, found, BECAUSE, FIX.format(name=name))
    for name in accepted.keys() - lost.keys():
        yield _violation(
            reversible,
            name,
            f"accepted_losses names {name}, and nothing of it is lost",
            "a declaration that nothing needs hides the next loss",
            f"Take {name} out of accepted_losses.",
        )
    kept = f"{seeded.rows} rows kept" if seeded.rows else "no rows yet"
    yield Evidence(seen=f"{seeded.rows} rows of {seeded.tables} tables compared", brief=kept)


def _lost(seeded: SeededTrip) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for loss in seeded.losses:
        table = short_name(loss.table)
        name = table if loss.column is None else f"{table}.{loss.column}"
        what = "rows are gone" if loss.column is None else "values are lost"
        found[name] = f"{loss.lost} of {loss.held} {what} from {name}, e.g. {loss.example}"
    for sequence, (was, now) in seeded.rewound.items():
        name = sequence.removeprefix("public.")
        at = "its start" if now is None else now
        found[name] = f"sequence {name} was at {was} and is at {at}"
    return found


def _violation(revision: Revision, name: str, found: str, because: str, fix: str) -> Violation:
    return Violation(
        where=f"{revision.id}: {name}",
        found=found,
        because=because,
        fix=fix,
        location=Location(file=revision.path),
        revision=revision.id,
    )
