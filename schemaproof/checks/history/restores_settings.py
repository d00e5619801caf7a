"""
Require that a revision leaves the settings of its session as it found them, up and down.

``alembic upgrade head`` runs all revisions in one session. A timeout that one of them lifts, or a
search path that it empties, is there for all that come after it, while each was tried alone.

Source: https://www.postgresql.org/docs/current/sql-set.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.checks.history._steps import place
from schemaproof.history import LeftSetting, Leg, MigrationFailed, Revision, RoundTrips, Step


@check("history/restores-settings")
def restores_settings(revision: Revision, round_trips: RoundTrips) -> Iterator[Yielded]:
    legs = [leg for leg in round_trips.of(revision).legs if _is_done(leg)]
    if not legs:
        yield Skip(why="the upgrade raises: other history/ checks say how")
        return
    if any(leg.left is None for leg in legs):
        yield Skip(why="env.py holds a transaction of its own, so no setting of one can end")
        return
    # The second upgrade leaves what the first has left.
    for is_upgrade, leg in zip((True, False), legs, strict=False):
        for left in leg.left or ():
            yield _violation(Step(revision=revision, is_upgrade=is_upgrade), left)
    yield Evidence(seen="the session's settings are as they were")


def _is_done(leg: Leg) -> bool:
    return not isinstance(leg.outcome, MigrationFailed)


def _violation(step: Step, left: LeftSetting) -> Violation:
    direction = "upgrade" if step.is_upgrade else "downgrade"
    return Violation(
        where=f"{place(step)}: {left.name}",
        found=f"{left.name} was {left.was!r} before the {direction} and is {left.now!r} after it",
        because="the revisions that come after it in the same run have it too, and the same "
        "revisions in a run of their own do not",
        fix=f"Use SET LOCAL, or set {left.name} back to what it was at the end.",
        location=Location(file=step.revision.path),
        revision=step.revision.id,
    )
