"""
Judge mutants of migrations: take the one revision up, down and up again, with the slip in it.

Source: https://docs.sqlalchemy.org/en/20/core/events.html#sqlalchemy.events.ConnectionEvents.before_cursor_execute
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from schemaproof.catalog import Catalog, difference
from schemaproof.checks import Check, all_checks
from schemaproof.history import (
    MigrationFailed,
    Revision,
    RoundTrip,
    RoundTrips,
)
from schemaproof.mutation.alone import Alone, notices
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.slips import FORGETS, LOCKS, NOTHING, Slip, slips
from schemaproof.prover import Prover
from schemaproof.subject import Subject
from schemaproof.trials.seeding import Seeding

SHARED = ("catalog", "created", "declared", "faults", "mappers", "migrated", "scope")
PER_REVISION = frozenset({"revision", "reversible", "undeployed"})
OF_TRIPS = frozenset({"round_trips", "seeding"})
SAME = "the downgrade leaves the same catalogue without it"
AS_GENTLE = "the upgrade takes the same locks of the same tables, and makes the same catalogue"
DDL = ("ALTER", "COMMENT", "CREATE", "DROP", "GRANT", "REVOKE")


def stumbling_checks() -> list[Check]:
    """
    Return the checks that judge one round trip of one revision.
    """
    return [
        check
        for check in all_checks()
        if check.target in PER_REVISION
        and OF_TRIPS.intersection(check.parts)
        and "lint" not in check.parts
        and not check.is_thorough
    ]


class HistoryJudge:
    """
    Judges mutants of migrations.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._revisions = {revision.id: revision for revision in subject.history.revisions}
        self._checks, self._alone = stumbling_checks(), Alone(subject)

    def make(self) -> Iterator[Slip]:
        """
        Yield every mutant of every revision.
        """
        for revision in self._revisions.values():
            yield from slips(self._subject.round_trips.of(revision))

    def judge(self, slip: Slip) -> Judged:
        """
        Tell which check notices.
        """
        revision = self._revisions[slip.where]
        with _slipping(slip, revision):
            subject = self._stumbled(revision)
            prover = Prover(subject)
            by = next((one.name for one in self._checks if notices(one, revision, prover)), None)
            if by is not None:
                return Judged(mutant=slip, fate="killed", by=by)
            why = self._equivalence(slip, revision, subject)
        if why is not None:
            return Judged(mutant=slip, fate="equivalent", why=why)
        # They take their time, so they are asked last.
        checks = self._alone.silent(revision, is_upgrade=slip.is_upgrade)
        with _slipping(slip, revision):
            by = self._alone.noticed_by(checks, revision, is_upgrade=slip.is_upgrade)
        return Judged(mutant=slip, fate="killed" if by else "survived", by=by)

    def _stumbled(self, revision: Revision) -> Subject:
        original = self._subject
        seeding = Seeding(original.history, original.databases)
        trips = RoundTrips(original.history, seeding, only=revision)
        trips.run(original.databases)
        parts = {name: getattr(original, name) for name in SHARED}
        parts["round_trips"] = (trips, seeding)
        return Subject(
            original.project,
            original.databases,
            today=original.today,
            makers={name: _returning(part) for name, part in parts.items()},
        )

    def _equivalence(self, slip: Slip, revision: Revision, subject: Subject) -> str | None:
        before = self._subject.round_trips.of(revision)
        after = subject.round_trips.of(revision)
        # What changes rows or settings shows in no catalogue.
        is_ddl = slip.detail.partition("forgets ")[2].upper().startswith(DDL)
        if slip.operator == FORGETS and is_ddl and _is_alike(before, after):
            return SAME
        is_gentle = before.up.locks is not None and _locks(before) == _locks(after)
        if slip.operator == LOCKS and is_gentle and _is_alike(before, after):
            return AS_GENTLE
        return None


def _is_alike(before: RoundTrip, after: RoundTrip) -> bool:
    ours, theirs = _catalogs(before), _catalogs(after)
    return len(ours) == len(theirs) and not any(map(difference, ours, theirs))


def _locks(trip: RoundTrip) -> set[tuple[str, str]]:
    return {(str(lock.table), lock.mode) for lock in trip.up.locks or ()}


def _catalogs(trip: RoundTrip) -> list[Catalog]:
    return [leg.outcome for leg in trip.legs if not isinstance(leg.outcome, MigrationFailed)]


def _returning(part: object) -> Any:
    return lambda: part


@contextmanager
def _slipping(slip: Slip, revision: Revision) -> Iterator[None]:
    """
    Send another statement in the place of the one that is meant, whatever thread runs the file.
    """
    name = "upgrade" if slip.is_upgrade else "downgrade"
    running: FrameType | None = None
    count = 0

    def replace(
        _connection: Connection,
        _cursor: Any,
        sql: str,
        parameters: Any,
        _context: Any,
        _many: bool,
    ) -> tuple[str, Any]:
        nonlocal running, count
        frame = _frame_of(revision.path)
        if frame is None or frame.f_code.co_name != name:
            return sql, parameters
        if frame is not running:
            running, count = frame, 0
        count += 1
        if count - 1 != slip.number:
            return sql, parameters
        return slip.sql, () if slip.sql == NOTHING else parameters

    event.listen(Engine, "before_cursor_execute", replace, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", replace)


def _frame_of(path: Path) -> FrameType | None:
    # The outermost: upgrade() itself, not what it calls.
    found = None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if _absolute(frame.f_code.co_filename) == path:
            found = frame
        frame = frame.f_back
    return found


@lru_cache(maxsize=4096)
def _absolute(file: str) -> Path:
    return Path(file).absolute()
