"""
Take every revision back in a session of its own, as a rollback is.

A downgrade that is tried right after its upgrade finds what that has left in the session: settings,
temporary tables, prepared statements. Whoever takes a deploy back at night has none of it.

Source: https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.history import MigrationFailed, Revision
from schemaproof.trials.rollbacks import Rollbacks


@check("history/downgrade-runs-alone", thorough=True)
def downgrade_runs_alone(reversible: Revision, rollbacks: Rollbacks) -> Iterator[Yielded]:
    if not rollbacks.was_tried(reversible):
        yield Skip(why="its downgrade raises or sends nothing: other history/ checks say how")
        return
    error = rollbacks.raised(reversible)
    if error is None:
        yield Evidence(seen="taken back in a session of its own")
        return
    yield _violation(reversible, error)


def _violation(revision: Revision, error: MigrationFailed) -> Violation:
    return Violation(
        where=revision.id,
        found=f"in a session of its own the {error.step} raised {error.told}; right after the "
        "upgrade it does not",
        because="a rollback is run in another session than the deploy was, and this one stops",
        fix="Let the downgrade itself make or set what it needs in the session.",
        location=Location(file=error.path, line=error.line) if error.path else None,
        revision=revision.id,
    )
