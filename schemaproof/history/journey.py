"""
Take every revision up, down and up again on one database, and keep what was seen.

The checks of a history read the same journey, so that its price is paid once: linear in the number
of revisions, one run of ``env.py`` unless a step fails. One failure does not hide the next: a
downgrade that raises is noted and the journey goes on above it. Only where an upgrade raises it
ends, because nothing above can be reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from schemaproof.catalog import Catalog
from schemaproof.history.history import History, heads
from schemaproof.history.revision import MigrationFailed, Revision, Statement
from schemaproof.history.walk import Step, Walker
from schemaproof.postgres import Database, Databases


@dataclass(frozen=True, kw_only=True)
class Leg:
    """
    One step of the journey, and what was seen after it.

    Attributes:
        statements: What it sent, Alembic's own bookkeeping included.
        outcome: What the database contained afterwards, or what the step raised.
    """

    statements: tuple[Statement, ...]
    outcome: Catalog | MigrationFailed

    @property
    def catalog(self) -> Catalog:
        """
        What the database contained afterwards.

        Raises:
            MigrationFailed: The step did.
        """
        if isinstance(self.outcome, MigrationFailed):
            raise self.outcome
        return self.outcome


@dataclass(frozen=True, kw_only=True)
class Passage:
    """
    One revision up, down and up again.

    Attributes:
        revision: The revision.
        before: What the database contained below it.
        legs: The steps that were tried; after one that raised there is no other, and a revision
            that has no downgrade, or needs none, is only taken up.
    """

    revision: Revision
    before: Catalog
    legs: list[Leg] = field(default_factory=list)

    @property
    def up(self) -> Leg:
        """
        The upgrade.
        """
        return self.legs[0]

    @property
    def down(self) -> Leg:
        """
        The downgrade.
        """
        return self.legs[1]

    @property
    def again(self) -> Leg:
        """
        The second upgrade.
        """
        return self.legs[2]


class Journey:
    """
    The passages of a history.

    Attributes:
        prelude: What ``env.py`` itself had sent before the first step.
    """

    def __init__(self, history: History) -> None:
        self.prelude: tuple[Statement, ...] = ()
        self._history = history
        self._passages: dict[str, Passage] = {}
        self._arrived: list[Revision] = []
        self._under_way: Passage | None = None
        self._ended: MigrationFailed | None = None

    def passage(self, revision: Revision) -> Passage:
        """
        Return what was seen of a revision.

        Raises:
            MigrationFailed: It was never reached; this is what was in the way.
        """
        if revision.id not in self._passages:
            assert self._ended is not None  # noqa: S101 - only an upgrade that raises ends a journey
            raise self._ended
        return self._passages[revision.id]

    def travel(self, databases: Databases) -> None:
        """
        Go as far as the history leads, on a database and, should a failure spoil it, on another.
        """
        while len(self._arrived) < len(self._history.revisions) and self._ended is None:
            with databases.clone() as database:
                self._travel_on(database)

    def _travel_on(self, database: Database) -> None:
        is_fresh = True
        while True:
            self._under_way = None
            try:
                self._history.walk(database, self._itinerary)
            except _Astray:
                return
            except MigrationFailed as error:
                if self._under_way is None:
                    # On the way to where it had been before: the database may be to blame.
                    self._ended = error if is_fresh else None
                    return
                self._enter(error, self._under_way)
            if self._ended or len(self._arrived) == len(self._history.revisions):
                return
            is_fresh = False

    def _enter(self, error: MigrationFailed, passage: Passage) -> None:
        passage.legs.append(Leg(statements=error.statements, outcome=error))
        if len(passage.legs) == 1:
            self._ended = error
        else:
            # Where the failed step was rolled back, the database is at this revision still.
            self._arrived.append(passage.revision)

    def _itinerary(self, walker: Walker) -> Iterator[Step]:
        if not self._arrived:
            self.prelude = tuple(walker.statements)
        there = walker.heads()
        if there != {*heads(tuple(self._arrived))}:
            if there:
                raise _Astray
            for revision in self._arrived:
                yield Step(revision=revision, is_upgrade=True)
        before = walker.snapshot()
        for revision in self._history.revisions[len(self._arrived) :]:
            self._under_way = Passage(revision=revision, before=before)
            self._passages[revision.id] = self._under_way
            for is_upgrade in (True, False, True) if self._is_undone(revision) else (True,):
                yield Step(revision=revision, is_upgrade=is_upgrade)
                before = walker.snapshot()
                leg = Leg(statements=tuple(walker.statements), outcome=before)
                self._under_way.legs.append(leg)
            self._arrived.append(revision)

    def _is_undone(self, revision: Revision) -> bool:
        return revision.has_downgrade and revision.id not in self._history.irreversible


class _Astray(Exception):
    """A failed step has left the database somewhere between two revisions."""
