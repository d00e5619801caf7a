"""
Take every revision up, down and up again on one database, and keep what was seen.

The checks of a history read the same round trips, so that their price is paid once: linear in the
number of revisions, one run of ``env.py`` unless a step fails. One failure does not hide the next:
a downgrade that raises is noted, and the revisions above it are tried. Only what builds on an
upgrade that raises cannot be reached; other branches can.

A seeder may put rows into the tables on the way. A revision that fails with them is tried again
with rows of the schema above it, and at last without, so that what is said about the schema does
not depend on the rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from schemaproof.catalog import Catalog, difference
from schemaproof.errors import SchemaproofError
from schemaproof.history._lock_watch import LockWatch
from schemaproof.history.before import earlier_than, ground, template_before
from schemaproof.history.history import History, lineage
from schemaproof.history.locks import Lock
from schemaproof.history.revision import MigrationFailed, Revision, Statement
from schemaproof.history.settings import LeftSetting, left_settings
from schemaproof.history.walk import Step, Walker
from schemaproof.postgres import Database, Databases

# Settings are read after what may have changed them: a query for each step would be felt.
SETS = re.compile(r"\b(?:set|set_config|reset|discard)\b", re.IGNORECASE)
WATCHED = 2  # legs: up and down
ALONE = 2  # how often a revision has failed with rows when it is tried without


@dataclass(frozen=True, kw_only=True)
class Leg:
    """
    One step of the round_trips, and what was seen after it.

    Attributes:
        statements: What it sent, Alembic's own bookkeeping included.
        outcome: What the database contained afterwards, or what the step raised.
        locks: What it locked of the tables that were there before; None if nobody could watch,
            or the step is the second upgrade.
        left: The session's settings that it left otherwise than it found them; None if nobody could
            tell.
    """

    statements: tuple[Statement, ...]
    outcome: Catalog | MigrationFailed
    locks: tuple[Lock, ...] | None = None
    left: tuple[LeftSetting, ...] | None = ()

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
class RoundTrip:
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


def takes_down(trip: RoundTrip) -> bool:
    """
    Whether its downgrade was tried, did not raise, and sent anything of its own.
    """
    return (
        len(trip.legs) > 1
        and isinstance(trip.down.outcome, Catalog)
        and any(one.line is not None for one in trip.down.statements)
    )


class Seeder(Protocol):
    """
    Puts rows into the tables before each revision, and compares them afterwards.
    """

    def on(self, database: Database) -> AbstractContextManager[None]:
        """
        Work on this database, which is empty, until the context ends.
        """

    def gather(self, above: Catalog) -> None:
        """
        Take rows from the database, which is above the revision that comes next, and leave none.
        """

    def seed(self, trip: RoundTrip) -> None:
        """
        Put rows into the database for a revision that comes next.
        """

    def compare(self, trip: RoundTrip) -> None:
        """
        See what the last leg of the trip has made of them.
        """

    def note_failure(self, trip: RoundTrip, error: MigrationFailed) -> None:
        """
        Take note that the trip failed with these rows.
        """


class RoundTrips:
    """
    The round trips of a history, one for each revision.

    Args:
        history: The history.
        seeder: Puts rows into the tables, if any are wanted.
        watches_locks: Whether somebody watches what each locks, up and down.
        only: The one revision to take, on a database that is at those before it; None for all.

    Attributes:
        prelude: What ``env.py`` itself had sent before the first step.
    """

    def __init__(
        self,
        history: History,
        seeder: Seeder | None = None,
        *,
        watches_locks: bool = True,
        only: Revision | None = None,
    ) -> None:
        self._only = only
        self.prelude: tuple[Statement, ...] = ()
        self._history = history
        self._seeder = seeder
        self._watches_locks = watches_locks
        self._failed: Counter[str] = Counter()
        self._trips: dict[str, RoundTrip] = {}
        self._arrived: list[Revision] = [] if only is None else [*earlier_than(only, history)]
        self._under_way: RoundTrip | None = None
        self._unreached: dict[str, MigrationFailed] = {}
        self._lock_watch: LockWatch
        self._can_be_seen = True
        self._settings: dict[str, str] | None = None

    def of(self, revision: Revision) -> RoundTrip:
        """
        Return what was seen of a revision.

        Raises:
            MigrationFailed: It was never reached, or could not be run here; this is what was in the
                way.
        """
        obstructed = self._unreached.get(revision.id)
        if obstructed and (obstructed.obstacle or revision.id not in self._trips):
            raise obstructed
        return self._trips[revision.id]

    @property
    def unreached(self) -> Mapping[str, MigrationFailed]:
        """
        The revisions whose upgrade raised, or that build on one that did, and what it raised.
        """
        return self._unreached

    @property
    def furthest(self) -> Catalog | None:
        """
        What the database contained at the last revision that was reached.
        """
        reached = [self._trips[one.id] for one in self._arrived if one.id in self._trips]
        return reached[-1].up.catalog if reached else None

    def run(self, databases: Databases) -> None:
        """
        Go as far as the history leads, on a database and, should a failure spoil it, on another.
        """
        source = (
            ground(self._history, databases)
            if self._only is None
            else template_before(self._only, self._history, databases)
        )
        while self._open():
            with databases.clone(source) as database:
                along = self._seeder.on(database) if self._seeder else nullcontext()
                with along:
                    self._run_on(database)

    def _open(self) -> list[Revision]:
        done = {one.id for one in self._arrived} | self._unreached.keys()
        chosen = self._history.revisions if self._only is None else (self._only,)
        return [one for one in chosen if one.id not in done]

    def _run_on(self, database: Database) -> None:
        self._lock_watch = LockWatch(database)
        with self._lock_watch.listening():
            self._walk_on(database, self._lock_watch)

    def _walk_on(self, database: Database, lock_watch: LockWatch) -> None:
        is_fresh = True
        while True:
            self._under_way = None
            try:
                self._history.walk(database, self._itinerary, lock_watch.note)
            except _Astray as error:
                if is_fresh:
                    raise StampedGround(error.there) from None
                return
            except _Spoilt:
                return
            except MigrationFailed as error:
                lock_watch.end()
                if self._under_way is None:
                    # On the way to where it had been before: the database may be to blame.
                    if is_fresh:
                        self._unreached |= {one.id: error for one in self._open()}
                    return
                if self._failed_with_rows(self._under_way, error):
                    return
                self._enter(error, self._under_way)
            if not self._open():
                return
            is_fresh = False

    def _failed_with_rows(self, trip: RoundTrip, error: MigrationFailed) -> bool:
        name = trip.revision.id
        if self._seeder is None or self._failed[name] == ALONE or error.is_declared:
            return False
        if self._failed[name] == 0:
            self._seeder.note_failure(trip, error)
        self._failed[name] += 1
        del self._trips[name]
        return True

    def _enter(self, error: MigrationFailed, trip: RoundTrip) -> None:
        trip.legs.append(Leg(statements=error.statements, outcome=error))
        if len(trip.legs) == 1:
            above = [one for one in self._open() if trip.revision.id in self._lineage({one.id})]
            self._unreached |= {one.id: error for one in above}
        else:
            # Where the failed step was rolled back, the database is at this revision still.
            self._arrived.append(trip.revision)

    def _itinerary(self, walker: Walker) -> Iterator[Step]:
        if not self._arrived:
            self.prelude = tuple(walker.statements)
        there = self._lineage(walker.heads())
        if there != {one.id for one in self._arrived}:
            if there:
                raise _Astray(there)
            for revision in self._arrived:
                yield Step(revision=revision, is_upgrade=True)
        self._settings = walker.settings()
        self._can_be_seen = walker.settle()
        before = walker.snapshot()
        for revision in self._open():
            self._under_way = RoundTrip(revision=revision, before=before)
            self._trips[revision.id] = self._under_way
            if not self._can_be_seen:
                self._failed[revision.id] = ALONE
            seeder = self._seeder if self._failed[revision.id] < ALONE else None
            if seeder:
                if self._failed[revision.id]:
                    yield from self._gather(seeder, self._under_way, walker)
                seeder.seed(self._under_way)
            yield from self._pass(seeder, self._under_way, walker)
            before = self._under_way.legs[-1].catalog
            self._arrived.append(revision)
            # What env.py raises from here on is no longer this revision's.
            self._under_way = None

    def _pass(self, seeder: Seeder | None, trip: RoundTrip, walker: Walker) -> Iterator[Step]:
        directions = (True, False, True) if self._is_undone(trip.revision) else (True,)
        for is_upgrade in directions:
            if self._can_be_seen and self._watches_locks and len(trip.legs) < WATCHED:
                there = trip.legs[-1].catalog if trip.legs else trip.before
                self._lock_watch.begin(trip.revision.path, there)
            yield Step(revision=trip.revision, is_upgrade=is_upgrade)
            walker.settle()
            leg = Leg(
                statements=tuple(walker.statements),
                outcome=walker.snapshot(),
                locks=self._lock_watch.end(),
                left=self._left(walker),
            )
            trip.legs.append(leg)
            if seeder:
                seeder.compare(trip)

    def _left(self, walker: Walker) -> tuple[LeftSetting, ...] | None:
        if self._settings is None:
            return None
        if not any(SETS.search(one.sql) for one in walker.statements if one.line is not None):
            return ()
        before, self._settings = self._settings, walker.settings()
        return None if self._settings is None else left_settings(before, self._settings)

    def _gather(self, seeder: Seeder, trip: RoundTrip, walker: Walker) -> Iterator[Step]:
        revision = trip.revision
        if not self._is_undone(revision):
            return
        yield Step(revision=revision, is_upgrade=True)
        walker.settle()
        seeder.gather(walker.snapshot())
        yield Step(revision=revision, is_upgrade=False)
        self._settings = walker.settings()
        if difference(trip.before, walker.snapshot()):
            # There is no way back to where the rows are to be put: it is tried without.
            self._failed[revision.id] = ALONE
            raise _Spoilt

    def _lineage(self, names: set[str]) -> set[str]:
        return lineage(names, self._history.revisions)

    def _is_undone(self, revision: Revision) -> bool:
        return revision.has_downgrade and revision.id not in self._history.irreversible


class StampedGround(SchemaproofError):
    """What is there before the first revision says that revisions have run."""

    def __init__(self, there: set[str]) -> None:
        found = ", ".join(sorted(there))
        super().__init__(
            f"needs a database at no revision to begin with; found it at {found}: let neither "
            "bootstrap nor env.py stamp it"
        )


class _Spoilt(Exception):
    """A downgrade has left another schema than there was before its upgrade."""


class _Astray(Exception):
    """A failed step has left the database somewhere between two revisions."""

    def __init__(self, there: set[str]) -> None:
        self.there = there
