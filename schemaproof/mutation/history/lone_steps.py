"""
Judge one step of one revision by the checks that run it on its own.

They run it with a long transaction in its way, and in a session that has seen no upgrade. That
takes ten seconds where the step waits, so they are asked about few steps.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemaproof.checks import Check, all_checks
from schemaproof.history import Revision, Step, earlier_than
from schemaproof.mutation.derived import derived_by
from schemaproof.mutation.noticing import first_to_notice
from schemaproof.prover import Prover
from schemaproof.subject import Subject
from schemaproof.trials.rollbacks import Rollbacks
from schemaproof.trials.traffic import LockWaits

OF_ITS_OWN = frozenset({"lock_waits", "rollbacks"})


class LoneSteps:
    """
    Judges single steps of a subject's history.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._checks = [check for check in all_checks() if OF_ITS_OWN.intersection(check.parts)]
        self._silent: dict[tuple[str, bool], list[Check]] = {}

    def silent(self, revision: Revision, *, is_upgrade: bool) -> list[Check]:
        """
        Return the checks that tell nothing of the step as it is.

        What the others tell of it says nothing of a mutant.
        """
        step = revision.id, is_upgrade
        if step not in self._silent:
            prover = self._prover(revision, is_upgrade=is_upgrade)
            self._silent[step] = [
                check for check in self._checks if told_of(revision, [check], prover) is None
            ]
        return self._silent[step]

    def noticed_by(
        self, checks: Iterable[Check], revision: Revision, *, is_upgrade: bool
    ) -> str | None:
        """
        Return the first of the checks that tells something of the step as it is run now.
        """
        return told_of(revision, checks, self._prover(revision, is_upgrade=is_upgrade))

    def _prover(self, revision: Revision, *, is_upgrade: bool) -> Prover:
        makers = {
            "lock_waits": lambda: self._lock_waits(Step(revision=revision, is_upgrade=is_upgrade)),
            "rollbacks": lambda: self._rollbacks(revision),
        }
        return Prover(derived_by(self._subject, makers))

    def _lock_waits(self, step: Step) -> LockWaits:
        original = self._subject
        waits = LockWaits(longest_s=original.project.lock_wait_ms / 1000, only=step)
        waits.observe(original.history, original.databases, foreseen=original.catalog)
        return waits

    def _rollbacks(self, revision: Revision) -> Rollbacks:
        history, rollbacks = self._subject.history, Rollbacks()
        up_to = [*earlier_than(revision, history), revision]
        rollbacks.take(history, self._subject.databases, up_to, {revision.id})
        return rollbacks


def told_of(revision: Revision, checks: Iterable[Check], prover: Prover) -> str | None:
    """
    Return the first of the checks that tells something of a revision.
    """
    claims = (claim for claim in prover.claims(checks) if claim.target == revision.id)
    return first_to_notice(claims, prover)
