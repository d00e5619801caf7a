"""
Take every revision back in a run of ``env.py`` of its own.

The round trips go up and down in one session, which is cheap, and there a downgrade finds what its
upgrade has left in the session. A rollback is run by somebody else, on another day: it finds the
database, and nothing besides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from schemaproof.history import History, MigrationFailed, Revision, Step, Walker, ground
from schemaproof.postgres import Database, Databases
from schemaproof.trials.steps import take_step


class Rollbacks:
    """
    What became of each downgrade in a session of its own.
    """

    def __init__(self) -> None:
        self._raised: dict[str, MigrationFailed | None] = {}

    def was_tried(self, revision: Revision) -> bool:
        """
        Whether a revision's downgrade was run.
        """
        return revision.id in self._raised

    def raised(self, revision: Revision) -> MigrationFailed | None:
        """
        Return what a revision's downgrade raised, if it did.
        """
        return self._raised[revision.id]

    def take(
        self,
        history: History,
        databases: Databases,
        revisions: Sequence[Revision],
        undone: Collection[str],
    ) -> None:
        """
        Go up once, and down again step by step, on tables without rows.

        Args:
            history: The history.
            databases: Where the databases come from.
            revisions: Those that can be reached, each after those that it builds on.
            undone: Those of them whose downgrades are to be run.
        """
        left = list(revisions)
        database: Database | None = None
        try:
            while left:
                revision = left[-1]
                if revision.id in undone:
                    database = database or _at(left, history, databases)
                    self._raised[revision.id] = _taken_back(revision, history, database)
                left.pop()
                if database is not None and self._raised.get(revision.id, True) is not None:
                    # It is not where the next one begins.
                    databases.drop(database)
                    database = None
        finally:
            if database is not None:
                databases.drop(database)


def _at(revisions: Sequence[Revision], history: History, databases: Databases) -> Database:
    def itinerary(_walker: Walker) -> Iterator[Step]:
        yield from (Step(revision=one, is_upgrade=True) for one in revisions)

    database = databases.copy(ground(history, databases))
    try:
        history.walk(database, itinerary)
    except BaseException:
        databases.drop(database)
        raise
    return database


def _taken_back(revision: Revision, history: History, database: Database) -> MigrationFailed | None:
    try:
        take_step(history, database, Step(revision=revision, is_upgrade=False))
    except MigrationFailed as error:
        return error
    return None
