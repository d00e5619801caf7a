"""
Take one database with rows along a history, and make a trial of each step up, and of each down.

Trials are made on copies. Where one of them ends above its revision, it goes on in place of the
database, so that nothing is run or filled twice. A revision that no trial got above is run on
emptied tables, which are filled again above it. There its downgrade is tried, before the next
revision is: what that leaves is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from schemaproof.catalog import Catalog, snapshot
from schemaproof.history import (
    History,
    MigrationFailed,
    Revision,
    Step,
    application_tables,
    ground,
    template_before,
)
from schemaproof.postgres import Connection, Database, Databases
from schemaproof.rows import empty
from schemaproof.trials.outcomes import Outcomes, Seen
from schemaproof.trials.steps import take_step

Fill = Callable[[Catalog, Connection], None]
# Given a step, the database before it and what that contains; returns a copy that has taken it, if
# there is one, and what was seen.
Trial = Callable[[Step, Database, Catalog], tuple[Database | None, Seen]]


class Course(Outcomes[Seen]):
    """
    What a trial has shown of each revision and of its downgrade, on one database with rows.

    Args:
        undone: The revisions whose downgrades are to be tried.
        only: The one step to try; None for all.
    """

    def __init__(self, *, undone: Collection[str] = (), only: Step | None = None) -> None:
        super().__init__()
        self._undone, self._only = undone, only
        self._downs: dict[str, Seen] = {}

    def steps_of(self, revision: Revision) -> Iterator[tuple[Step, Seen]]:
        """
        Yield what was seen of a revision, and of its downgrade, as far as they were tried.

        Raises:
            MigrationFailed: Neither was reached; this is what was in the way.
        """
        if self._only is None or self._only.is_upgrade:
            yield Step(revision=revision, is_upgrade=True), self.of(revision)
        if revision.id in self._downs:
            yield Step(revision=revision, is_upgrade=False), self._downs[revision.id]

    def take(self, history: History, databases: Databases, fill: Fill, trial: Trial[Seen]) -> None:
        """
        Fill the tables and make the trial of each step, as far as the history leads.

        Raises:
            BootstrapFailed: What makes the tables before the first revision raised.
        """

        def noting(step: Step, before: Database, catalog: Catalog) -> Database | None:
            after, seen = trial(step, before, catalog)
            if step.is_upgrade:
                self.note(step.revision, seen)
            else:
                self._downs[step.revision.id] = seen
            return after

        only = self._only
        along = _Along(history, databases, fill, noting)
        along.begin(None if only is None else only.revision)
        try:
            if only is None:
                along.go(history.revisions, self._undone)
            else:
                along.take(only)
        except MigrationFailed as error:
            self.end(error)
        finally:
            databases.drop(along.current)


class _Along:
    """
    The database on its way.

    Attributes:
        current: Where it is now.
    """

    def __init__(
        self,
        history: History,
        databases: Databases,
        fill: Fill,
        trial: Callable[[Step, Database, Catalog], Database | None],
    ) -> None:
        self._history, self._databases = history, databases
        self._fill, self._trial = fill, trial
        self.current: Database

    def begin(self, at: Revision | None) -> None:
        """
        Begin where the history does, or below a revision.
        """
        history, databases = self._history, self._databases
        source = template_before(at, history, databases) if at else ground(history, databases)
        self.current = databases.copy(source)

    def go(self, revisions: Sequence[Revision], undone: Collection[str]) -> None:
        """
        Try every upgrade, and after each the downgrade if it is among those to be undone.
        """
        catalog = self._filled()
        for revision in revisions:
            self._up(revision, catalog)
            if revision.id in undone or revision is not revisions[-1]:
                catalog = self._filled()
            if revision.id in undone:
                self._down(revision, catalog)

    def take(self, step: Step) -> None:
        """
        Try one step.
        """
        if step.is_upgrade:
            self._up(step.revision, self._filled())
        else:
            take_step(self._history, self.current, replace(step, is_upgrade=True))
            self._down(step.revision, self._filled())

    def _filled(self) -> Catalog:
        with self.current.connect(autocommit=True) as connection:
            catalog = snapshot(connection)
            self._fill(catalog, connection)
        return catalog

    def _up(self, revision: Revision, catalog: Catalog) -> None:
        step = Step(revision=revision, is_upgrade=True)
        above = self._trial(step, self.current, catalog)
        if above is None:
            with self.current.connect(autocommit=True) as connection:
                empty(connection, application_tables(catalog))
            take_step(self._history, self.current, step)
        else:
            self.current, below = above, self.current
            self._databases.drop(below)

    def _down(self, revision: Revision, catalog: Catalog) -> None:
        below = self._trial(Step(revision=revision, is_upgrade=False), self.current, catalog)
        if below is not None:
            self._databases.drop(below)
