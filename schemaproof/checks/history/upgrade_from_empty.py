"""
Run the whole history on an empty database.

Every new developer, every CI run and every disaster recovery does it. The result must be the same
each time: it is compared with the database that the other checks were given.

Source: https://alembic.sqlalchemy.org/en/latest/tutorial.html#running-our-first-migration
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, difference, snapshot
from schemaproof.checks.check import Evidence, Location, Violation, Yielded, check
from schemaproof.history import History, MigrationFailed, ground
from schemaproof.postgres import Databases


@check("history/upgrade-from-empty")
def upgrade_from_empty(
    history: History, databases: Databases, catalog: Catalog
) -> Iterator[Yielded]:
    with databases.clone(ground(history, databases)) as empty:
        try:
            history.upgrade(empty)
        except MigrationFailed as error:
            if error.obstacle:
                raise
            yield migration_failed(error)
            return
        with empty.connect() as connection:
            again = snapshot(connection)
    for one in difference(catalog, again):
        yield Violation(
            where=one.identity.removeprefix("public."),
            found=f"two upgrades from empty differ: {one.left} and {one.right}",
            because="a history that depends on when or where it runs cannot be tested",
            fix="Take the clock, the environment and random names out of the migrations.",
        )
    yield Evidence(seen=f"{len(history.revisions)} revisions, {len(again.tables)} tables")


def migration_failed(error: MigrationFailed) -> Violation:
    """
    Turn what a migration raised into the violation that it is.
    """
    said = f" on {' '.join(error.statement.split())}" if error.statement else ""
    return Violation(
        where=error.revision or (error.path.name if error.path else error.step),
        found=f"{error.step} raised {error.told}{said}",
        because=_because(error),
        fix=_fix(error),
        location=Location(file=error.path, line=error.line) if error.path else None,
        revision=error.revision,
    )


def _because(error: MigrationFailed) -> str:
    if error.step.startswith("downgrade"):
        return "the way back ends here, on the day that it is needed"
    return "the deploy stops here, and what ran before it may already be committed"


def _fix(error: MigrationFailed) -> str:
    if error.path is not None and error.path.name == "env.py" and error.revision is None:
        return (
            "Name in [tool.schemaproof] what env.py needs: url_env for the variables with its URL, "
            "x_args for its -x, env_context for what it must run in; or mend env.py."
        )
    return "Mend the statement; if the revision has been deployed, in a new revision."
