"""
Take one database with rows along a history, and make a trial before each revision.

Trials are made on copies. Where one of them ends above the revision, it goes on in place of the
database, so that nothing is run or filled twice. A revision that no trial got above is run on
emptied tables, which are filled again above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schemaproof.catalog import Catalog, snapshot
from schemaproof.history import (
    History,
    MigrationFailed,
    Revision,
    Step,
    Walker,
    application_tables,
    ground,
)
from schemaproof.postgres import Connection, Database, Databases
from schemaproof.rows import empty
from schemaproof.trials.outcomes import Outcomes, Seen

Fill = Callable[[Catalog, Connection], None]
# Given a revision, the database below it and what that contains; returns a copy that is above it,
# if there is one, and what was seen.
Trial = Callable[[Revision, Database, Catalog], tuple[Database | None, Seen]]


class Course(Outcomes[Seen]):
    """
    What a trial has shown of each revision, on one database with rows.
    """

    def take(self, history: History, databases: Databases, fill: Fill, trial: Trial[Seen]) -> None:
        """
        Fill the tables and make the trial before each revision, as far as the history leads.

        Raises:
            BootstrapFailed: What makes the tables before the first revision raised.
        """

        def noting(revision: Revision, below: Database, catalog: Catalog) -> Database | None:
            above, seen = trial(revision, below, catalog)
            self.note(revision, seen)
            return above

        try:
            _take_along(history, databases, fill, noting)
        except MigrationFailed as error:
            self.end(error)


def _take_along(
    history: History,
    databases: Databases,
    fill: Fill,
    trial: Callable[[Revision, Database, Catalog], Database | None],
) -> None:
    current = databases.copy(ground(history, databases))
    try:
        for revision in history.revisions:
            with current.connect(autocommit=True) as connection:
                catalog = snapshot(connection)
                fill(catalog, connection)
            above = trial(revision, current, catalog)
            if above is None:
                with current.connect(autocommit=True) as connection:
                    empty(connection, application_tables(catalog))
                upgrade_once(history, current, revision)
            else:
                current, below = above, current
                databases.drop(below)
    finally:
        databases.drop(current)


def upgrade_once(
    history: History,
    database: Database,
    revision: Revision,
    *,
    begin: Callable[[], None] = lambda: None,
) -> None:
    """
    Run one revision and no other, as a deploy of its own.

    Args:
        history: The history.
        database: It is below the revision.
        revision: The revision.
        begin: Called when ``env.py`` has connected and the revision comes next.

    Raises:
        MigrationFailed: It raised, or ``env.py`` did.
    """

    def itinerary(_walker: Walker) -> Iterator[Step]:
        begin()
        yield Step(revision=revision, is_upgrade=True)

    history.walk(database, itinerary)


@contextmanager
def copied(databases: Databases, database: Database) -> Iterator[Database]:
    """
    Lend a copy, which is dropped afterwards.
    """
    copy = databases.copy(database)
    try:
        yield copy
    finally:
        databases.drop(copy)
