"""
Take the revisions that a database has not run yet, up and up alone, and keep what was seen.

It is what a deploy does: the revisions before them are run unwatched, then these, each as it would
be on that database but for the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection

from schemaproof.history._lock_watch import LockWatch
from schemaproof.history.history import History
from schemaproof.history.revision import MigrationFailed, Revision, Statement
from schemaproof.history.round_trips import Leg
from schemaproof.history.walk import Step, Walker
from schemaproof.postgres import Database

Begin = Callable[[Revision, Connection], None]
# Told of each statement of a revision when the server has done it, on its own connection.
Note = Callable[[Connection, Statement], None]


class Ascent:
    """
    The upgrades of some revisions on one database.

    Args:
        history: The history.
        database: An empty one, or what is there before the first revision.

    Attributes:
        legs: What was seen of each, by its identifier; after one that raised there is no other.
        is_one_transaction: Whether ``env.py`` runs them all in one, so that locks last to its end.
    """

    def __init__(self, history: History, database: Database) -> None:
        self._history, self._database = history, database
        self._lock_watch = LockWatch(database)
        self._under_way: Revision | None = None
        self.legs: dict[str, Leg] = {}
        self.is_one_transaction = False

    def go(
        self, applied: Sequence[Revision], pending: Sequence[Revision], begin: Begin, note: Note
    ) -> None:
        """
        Run them.

        Args:
            applied: What the database to be deployed to has run.
            pending: What it has not.
            begin: Told before each of those.
            note: Told of what they send.

        Raises:
            MigrationFailed: One of ``applied`` raised, or ``env.py`` did.
        """

        def itinerary(walker: Walker) -> Iterator[Step]:
            for revision in applied:
                yield Step(revision=revision, is_upgrade=True)
            # Alembic has no other word for it.
            self.is_one_transaction = not walker.context._transaction_per_migration
            yield from self._ascend(pending, walker, begin)

        def watch(connection: Connection, statement: Statement) -> None:
            self._lock_watch.note(connection, statement)
            if self._under_way is not None and statement.line is not None:
                note(connection, statement)

        with self._lock_watch.listening():
            try:
                self._history.walk(self._database, itinerary, watch)
            except MigrationFailed as error:
                if self._under_way is None:
                    raise
                leg = Leg(statements=error.statements, outcome=error)
                self.legs[self._under_way.id] = leg

    def _ascend(self, pending: Sequence[Revision], walker: Walker, begin: Begin) -> Iterator[Step]:
        can_be_seen = walker.settle()
        before = walker.snapshot()
        for revision in pending:
            begin(revision, walker.connection)
            self._under_way = revision
            if can_be_seen:
                self._lock_watch.begin(revision.path, before)
            yield Step(revision=revision, is_upgrade=True)
            walker.settle()
            before = walker.snapshot()
            locks = self._lock_watch.end()
            self.legs[revision.id] = Leg(
                statements=tuple(walker.statements), outcome=before, locks=locks
            )
        self._under_way = None
