"""
Run the revisions of a subject, each part in its own way: with rows, among users, killed, linted.
"""

from __future__ import annotations

from collections.abc import Callable

from schemaproof.catalog import Catalog, Extension
from schemaproof.history import Lock, MigrationFailed, Revision, RoundTrips, takes_down
from schemaproof.linting import Lint
from schemaproof.postgres import Databases
from schemaproof.project import Project
from schemaproof.subject.parts import AS_EVER, Makers
from schemaproof.subject.templates import Templates
from schemaproof.trials.crashes import Crashes
from schemaproof.trials.release import Ran, run_previous
from schemaproof.trials.rollbacks import Rollbacks
from schemaproof.trials.seeding import Seeding
from schemaproof.trials.traffic import LockWaits, Stalls

Locks = Callable[[Revision], tuple[Lock, ...] | None]


class Deploys(Templates):
    """
    What becomes of a database, and of those who use it, while a project's revisions are run.

    Args:
        makers: As for `Parts`.

    Attributes:
        base: The commit of the release before, if one was named.
        has_rows: Whether its round trips meet rows; what reads `seeding` needs them.
        watches_locks: Whether somebody watches the locks of its round trips; what reads `locks`
            needs it.
    """

    def __init__(
        self,
        project: Project,
        databases: Databases,
        *,
        base: str | None = None,
        makers: Makers = AS_EVER,
    ) -> None:
        super().__init__(project, databases, makers)
        self.base = base
        self.has_rows = True
        self.watches_locks = True

    @property
    def round_trips(self) -> RoundTrips:
        """
        Every revision up, down and up again.

        Raises:
            NoSuchHistory: There is no history.
        """
        if self._import_models() is not None:
            # An env.py that needs them does not start the second time either.
            self.migrated  # noqa: B018 - asked for its error
        return self._once("round_trips", self._run_round_trips)[0]

    @property
    def seeding(self) -> Seeding:
        """
        What those round trips did to the rows that they met.

        Raises:
            NoSuchHistory: There is no history.
        """
        self.round_trips  # noqa: B018 - makes both
        return self._once("round_trips", self._run_round_trips)[1]

    @property
    def locks(self) -> Locks:
        """
        What each revision's upgrade locked in those round trips; None where nobody could watch.

        Raises:
            NoSuchHistory: There is no history.
        """
        round_trips = self.round_trips
        return lambda revision: round_trips.of(revision).up.locks

    @property
    def lint(self) -> Lint:
        """
        What a linter says of the statements that the upgrades sent.

        Raises:
            SquawkFailed: The linter gave up.
        """
        round_trips = self.round_trips
        return self._once("lint", lambda: self._linted(round_trips))

    @property
    def previous(self) -> dict[str, Ran]:
        """
        What became of each class of the release before; empty if none was named.

        Raises:
            BadBase: There is no such release.
            MigrationFailed: A revision raised.
        """
        base = self.base
        if base is None:
            return {}
        migrated = self.migrated
        return self._once(
            "previous", lambda: run_previous(base, self.project, self.databases, migrated)
        )

    @property
    def crashes(self) -> Crashes:
        """
        What becomes of every revision when the server is killed while it runs.
        """
        self._import_models()
        return self._once("crashes", lambda: Crashes(self.history, self.databases))

    @property
    def stalls(self) -> Stalls:
        """
        How long requests wait while each revision runs on full tables.

        Raises:
            MigrationFailed: A revision raised.
        """
        return self._once("stalls", self._measure_stalls)

    @property
    def lock_waits(self) -> LockWaits:
        """
        What each revision does while a long transaction is in its way.

        Raises:
            MigrationFailed: A revision raised.
        """
        return self._once("lock_waits", self._observe_lock_waits)

    @property
    def rollbacks(self) -> Rollbacks:
        """
        What becomes of each downgrade in a session of its own.

        Raises:
            MigrationFailed: ``env.py`` raised.
        """
        return self._once("rollbacks", self._take_back)

    def _run_round_trips(self) -> tuple[RoundTrips, Seeding]:
        seeding = Seeding(self.history, self.databases)
        round_trips = RoundTrips(
            self.history,
            seeding if self.has_rows else None,
            watches_locks=self.watches_locks,
        )
        round_trips.run(self.databases)
        return round_trips, seeding

    def _linted(self, round_trips: RoundTrips) -> Lint:
        lint = Lint(self.project.root, self.databases.server.version)
        lint.run(self.history, round_trips)
        return lint

    def _measure_stalls(self) -> Stalls:
        project = self.project
        stalls = Stalls(
            rows=project.traffic_rows,
            budget_ms=project.stall_budget_ms,
            undone=self._taken_down(),
        )
        stalls.measure(self.history, self.databases, foreseen=self._furthest())
        return stalls

    def _observe_lock_waits(self) -> LockWaits:
        waits = LockWaits(longest_s=self.project.lock_wait_ms / 1000, undone=self._taken_down())
        waits.observe(self.history, self.databases, foreseen=self._furthest())
        return waits

    def _take_back(self) -> Rollbacks:
        trips, rollbacks = self.round_trips, Rollbacks()
        reached = [one for one in self.history.revisions if one.id not in trips.unreached]
        rollbacks.take(self.history, self.databases, reached, self._taken_down())
        return rollbacks

    def _taken_down(self) -> dict[str, Catalog]:
        # What raises without users, or does nothing, is told by other checks.
        trips = self.round_trips
        reached = (one for one in self.history.revisions if one.id not in trips.unreached)
        return {
            trip.revision.id: trip.down.catalog
            for trip in map(trips.of, reached)
            if takes_down(trip)
        }

    def _extensions(self) -> tuple[Extension, ...]:
        try:
            return self.catalog.extensions
        except MigrationFailed as error:
            if error.obstacle:
                raise
            reached = self.round_trips.furthest
            return reached.extensions if reached else ()

    def _furthest(self) -> Catalog:
        try:
            return self.catalog
        except MigrationFailed:
            reached = self.round_trips.furthest
            if reached is None:
                raise
            return reached
