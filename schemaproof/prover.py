"""
Put claims to the test, each once, and tell a broken subject from a broken promise.

A subject whose models or migrations raise stands in the way of most claims: one check says so, the
others are blocked by it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

from schemaproof.checks import Check, Evidence, Skip, Violation, all_checks
from schemaproof.checks.check import Yielded
from schemaproof.checks.history.upgrade_from_empty import migration_failed
from schemaproof.checks.waivers.still_needed import covers
from schemaproof.configuration import Waiver
from schemaproof.history import MigrationFailed
from schemaproof.loading import ModelsBroken
from schemaproof.report import Claim, Proof
from schemaproof.subject import Subject
from schemaproof.targets import targets

# Which check speaks for a subject that is broken as a whole.
SPOKESMAN: dict[type[Exception], str] = {
    ModelsBroken: "drift/models-configure",
    MigrationFailed: "history/upgrade-from-empty",
}


class Prover:
    """
    Proves claims about one subject, each once, from any thread.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._checks = {check.name: check for check in all_checks()}
        self._proofs: dict[str, Proof] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._targets: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def claims(self, checks: Iterable[Check]) -> list[Claim]:
        """
        Return the claims that the checks make about the subject.

        A check whose targets cannot be listed, because the subject is broken, makes one claim.
        """
        claims: list[Claim] = []
        for check in checks:
            if check.target is None:
                claims.append(Claim(check=check))
                continue
            try:
                found = self._targets_of(check.target)
            except tuple(SPOKESMAN):
                claims.append(Claim(check=check))
            else:
                claims.extend(Claim(check=check, target=target) for target in found)
        return claims

    def prove(self, claim: Claim) -> Proof:
        """
        Put a claim to the test; the second time, return what the first time showed.
        """
        name = str(claim)
        with self._lock:
            turn = self._locks.setdefault(name, threading.Lock())
        with turn:
            if name not in self._proofs:
                self._proofs[name] = self._prove(claim)
            return self._proofs[name]

    def object_of(self, claim: Claim) -> Any:
        """
        Return what a claim is about; None if that is the schema as a whole.
        """
        kind = claim.check.target
        return None if kind is None or not claim.target else self._targets_of(kind)[claim.target]

    def violations_of(self, check_name: str) -> tuple[Violation, ...] | None:
        """
        Return every violation of one check, waived or not; None if the subject stood in its way.
        """
        check = self._checks.get(check_name)
        proofs = [self.prove(claim) for claim in self.claims([check])] if check else []
        if any(proof.blocked_by for proof in proofs):
            return None
        return tuple(violation for proof in proofs for violation in proof.violations)

    def spokesmen(self, proofs: Iterable[Proof]) -> list[Claim]:
        """
        Return the claims that say why others were blocked and that are not among ``proofs``.
        """
        proofs = list(proofs)
        blocked_by = {proof.blocked_by for proof in proofs if proof.blocked_by}
        present = {proof.claim.check.name for proof in proofs}
        return [Claim(check=self._checks[name]) for name in sorted(blocked_by - present)]

    def _prove(self, claim: Claim) -> Proof:
        started = time.perf_counter()
        told: list[Yielded] = []
        blocked_by: str | None = None
        try:
            # One by one: what was told before something stood in the way, was seen.
            for one in claim.check.run(**self._arguments(claim)):
                told.append(one)  # noqa: PERF402 - see above
        except (ModelsBroken, MigrationFailed) as raised:
            blocked_by, more = self._in_the_way(claim, self._cause(raised))
            told += more
        except Exception as error:
            error.add_note(f"while proving {claim}")
            raise
        violations = tuple(one for one in told if isinstance(one, Violation))
        evidence = [one for one in told if isinstance(one, Evidence)]
        name = claim.check.name
        return Proof(
            claim=claim,
            violations=violations,
            waivers=tuple(waiver_of(self.subject, name, one) for one in violations),
            seen=tuple(one.seen for one in evidence),
            brief=", ".join(one.brief for one in evidence if one.brief),
            skipped=next((one.why for one in reversed(told) if isinstance(one, Skip)), None),
            blocked_by=blocked_by,
            elapsed_s=time.perf_counter() - started,
        )

    def _in_the_way(
        self, claim: Claim, error: ModelsBroken | MigrationFailed
    ) -> tuple[str | None, list[Yielded]]:
        spokesman = SPOKESMAN[type(error)]
        if isinstance(error, MigrationFailed) and error.obstacle:
            why = f"revision {error.revision} cannot be run: {error.obstacle}"
            return spokesman, [Skip(why=why)]
        if isinstance(error, MigrationFailed) and claim.check.name == spokesman:
            return None, [*map(migration_failed, self._failures(error))]
        blocked_by, why = self._obstacle(claim, spokesman, error)
        return blocked_by, [Skip(why=why)]

    def _obstacle(
        self, claim: Claim, spokesman: str, error: ModelsBroken | MigrationFailed
    ) -> tuple[str | None, str]:
        speaks = Claim(check=self._checks[spokesman])
        if claim.check.name != spokesman and self.prove(speaks).status == "proved":
            # It fails in what this claim does alone, and then nobody else tells it.
            return None, f"it cannot be tried: {error}"
        return spokesman, f"blocked by {spokesman}: {error}"

    def _failures(self, first: MigrationFailed) -> list[MigrationFailed]:
        # Alembic stops at the first; in other branches there may be more.
        reached = self.subject.round_trips.unreached.values() if first.revision else ()
        found = {first.revision: first}
        for error in reached:
            if not error.obstacle:
                found.setdefault(error.revision, error)
        return [*found.values()]

    def _cause(self, error: ModelsBroken | MigrationFailed) -> ModelsBroken | MigrationFailed:
        if isinstance(error, ModelsBroken) or error.revision is not None:
            return error
        # What an env.py raises that imports models which raise is theirs.
        return next((one for one in self.subject.faults if one.stage == "import"), error)

    def _arguments(self, claim: Claim) -> dict[str, Any]:
        check = claim.check
        arguments = {
            part: self.violations_of if part == "violations_of" else getattr(self.subject, part)
            for part in check.parts
        }
        if check.target is not None:
            arguments[check.target] = self._targets_of(check.target)[claim.target]
        return arguments

    def _targets_of(self, kind: str) -> dict[str, Any]:
        # Every claim looks its target up, and a schema may have thousands of columns.
        if kind not in self._targets:
            self._targets[kind] = targets(self.subject, kind)
        return self._targets[kind]


def waiver_of(subject: Subject, check_name: str, violation: Violation) -> Waiver | None:
    """
    Return the waiver that covers a violation today, if there is one.
    """
    return next(
        (
            waiver
            for waiver in subject.project.waivers
            if covers(waiver, check_name, violation)
            and not (waiver.until and waiver.until < subject.today)
        ),
        None,
    )
