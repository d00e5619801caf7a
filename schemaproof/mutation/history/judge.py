"""
Judge a slip in a revision: take that one revision up, down and up again, with the slip in it.
"""

from __future__ import annotations

from schemaproof.catalog import Catalog, difference
from schemaproof.checks import Check, all_checks
from schemaproof.history import (
    MigrationFailed,
    Revision,
    RoundTrip,
    RoundTrips,
)
from schemaproof.mutation.derived import derived
from schemaproof.mutation.history.lone_steps import LoneSteps, told_of
from schemaproof.mutation.history.slipping import slipping
from schemaproof.mutation.history.slips import FORGETS, LOCKS, Slip
from schemaproof.mutation.judged import Judged
from schemaproof.prover import Prover
from schemaproof.subject import Subject
from schemaproof.trials.seeding import Seeding

SHARED = ("catalog", "created", "declared", "faults", "mappers", "migrated", "scope")
PER_REVISION = frozenset({"revision", "reversible", "undeployed"})
OF_TRIPS = frozenset({"round_trips", "seeding"})
SAME = "the downgrade leaves the same catalogue without it"
AS_GENTLE = "the upgrade takes the same locks of the same tables, and makes the same catalogue"
DDL = ("ALTER", "COMMENT", "CREATE", "DROP", "GRANT", "REVOKE")


def history_checks() -> list[Check]:
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
    Judges slips in revisions.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._revisions = {revision.id: revision for revision in subject.history.revisions}
        self._checks, self._lone_steps = history_checks(), LoneSteps(subject)

    def judge(self, slip: Slip) -> Judged:
        """
        Tell which check notices.
        """
        revision = self._revisions[slip.where]
        with slipping(slip, revision):
            subject = self._stumbled(revision)
            by = told_of(revision, self._checks, Prover(subject))
            if by is not None:
                return Judged(mutant=slip, fate="killed", by=by)
            why = self._equivalence(slip, revision, subject)
        if why is not None:
            return Judged(mutant=slip, fate="equivalent", why=why)
        # They take their time, so they are asked last.
        checks = self._lone_steps.silent(revision, is_upgrade=slip.is_upgrade)
        with slipping(slip, revision):
            by = self._lone_steps.noticed_by(checks, revision, is_upgrade=slip.is_upgrade)
        return Judged(mutant=slip, fate="killed" if by else "survived", by=by)

    def _stumbled(self, revision: Revision) -> Subject:
        original = self._subject
        seeding = Seeding(original.history, original.databases)
        trips = RoundTrips(original.history, seeding, only=revision)
        trips.run(original.databases)
        return derived(original, shared=SHARED, round_trips=(trips, seeding))

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
