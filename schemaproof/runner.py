"""
Put claims to the test: which ones, on which databases, in which order, how many at once.
"""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import difflib
import itertools
import os
import platform
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import alembic
import sqlalchemy

from schemaproof.checks import Check, Evidence, Skip, Violation, all_checks
from schemaproof.checks.drift.models_load import models_broken
from schemaproof.checks.history.upgrade_from_empty import migration_failed
from schemaproof.checks.waivers.still_needed import covers
from schemaproof.errors import SchemaproofError
from schemaproof.history import MigrationFailed
from schemaproof.postgres import Databases, new_prefix, open_server
from schemaproof.project import ModelsBroken, Project, Waiver
from schemaproof.report import Claim, NotCovered, Proof, Report
from schemaproof.subject import Subject

Progress = Callable[[Proof, int, int], None]

# Which check speaks for a subject that is broken as a whole.
SPOKESMAN: dict[type[Exception], str] = {
    ModelsBroken: "drift/models-load",
    MigrationFailed: "history/upgrade-from-empty",
}

# Promises that a catalogue holds and that no check executes.
UNTESTED_KINDS = ("check constraint", "unique constraint", "exclusion constraint")


class UnknownCheck(SchemaproofError):
    """A check or family was named that does not exist."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """
    Which checks to run.

    Attributes:
        only: Names of checks or families; empty means all.
        skip: Names of checks or families to leave out.
    """

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def choose(self) -> tuple[Check, ...]:
        """
        Return the chosen checks, ordered by name.

        Raises:
            UnknownCheck: A name is neither a check nor a family, or nothing is left.
        """
        known = all_checks()
        names = {name for check in known for name in (check.name, check.family)}
        for name in (*self.only, *self.skip):
            if name not in names:
                nearest = ", ".join(difflib.get_close_matches(name, sorted(names), n=3))
                raise UnknownCheck(
                    f"needs the name of a check or a family; found {name!r}"
                    f"{f' (is one of these meant: {nearest}?)' if nearest else ''}: "
                    "run 'schemaproof checks' for the list"
                )
        chosen = tuple(
            check
            for check in known
            if (not self.only or {check.name, check.family} & {*self.only})
            and not {check.name, check.family} & {*self.skip}
        )
        if not chosen:
            raise UnknownCheck("needs at least one check to run; --only and --skip leave none")
        return chosen


class Prover:
    """
    Proves claims about one subject, each once, from any thread.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._checks = {check.name: check for check in all_checks()}
        self._proofs: dict[str, Proof] = {}
        self._locks: dict[str, threading.Lock] = {}
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
                targets = self.subject.targets(check.target)
            except tuple(SPOKESMAN):
                claims.append(Claim(check=check))
            else:
                claims.extend(Claim(check=check, target=target) for target in targets)
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
        violations: list[Violation] = []
        seen: list[str] = []
        skipped: str | None = None
        blocked_by: str | None = None
        try:
            for yielded in claim.check.run(**self._arguments(claim)):
                match yielded:
                    case Violation():
                        violations.append(yielded)
                    case Evidence():
                        seen.append(yielded.seen)
                    case Skip():
                        skipped = yielded.why
        except (ModelsBroken, MigrationFailed) as error:
            spokesman = SPOKESMAN[type(error)]
            if claim.check.name == spokesman:
                violations.append(_spoken(error))
            else:
                blocked_by, skipped = spokesman, f"blocked by {spokesman}: {error}"
        except Exception as error:
            error.add_note(f"while proving {claim}")
            raise
        return Proof(
            claim=claim,
            violations=tuple(violations),
            waivers=tuple(self._waiver(claim, violation) for violation in violations),
            seen=tuple(seen),
            skipped=skipped,
            blocked_by=blocked_by,
            elapsed_s=time.perf_counter() - started,
        )

    def _arguments(self, claim: Claim) -> dict[str, Any]:
        check = claim.check
        arguments = {
            part: self.violations_of if part == "violations_of" else getattr(self.subject, part)
            for part in check.parts
        }
        if check.target is not None:
            arguments[check.target] = self.subject.targets(check.target)[claim.target]
        return arguments

    def _waiver(self, claim: Claim, violation: Violation) -> Waiver | None:
        return next(
            (
                waiver
                for waiver in self.subject.project.waivers
                if covers(waiver, claim.check.name, violation)
                and not (waiver.until and waiver.until < self.subject.today)
            ),
            None,
        )


@dataclass(frozen=True, kw_only=True)
class Order:
    """
    What is asked of a run.

    Attributes:
        server: ``embedded`` or the URL of a running server.
        pg_version: The PostgreSQL version wanted of a server that is started.
        selection: Which checks to run.
        jobs: How many claims to prove at once.
    """

    server: str = "embedded"
    pg_version: int | None = None
    selection: Selection = field(default_factory=Selection)
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)


@contextmanager
def opened(project: Project, order: Order) -> Iterator[Subject]:
    """
    Bring up a server and lend the subject on it; afterwards nothing of it is left.

    Raises:
        SchemaproofError: There is no such server.
    """
    prefix = new_prefix()
    with open_server(order.server, prefix=prefix, major=order.pg_version) as server:
        databases = Databases(server, prefix=prefix)
        try:
            yield Subject(project, databases, today=dt.datetime.now(dt.UTC).date())
        finally:
            databases.close()


def verify(project: Project, order: Order, progress: Progress | None = None) -> Report:
    """
    Prove all chosen claims about a project on throwaway databases.

    Args:
        project: The subject.
        order: On what, which, and how many at once.
        progress: Told of each proof, how many are done and how many there are.

    Raises:
        SchemaproofError: Something impossible was asked for.
    """
    started = time.perf_counter()
    checks = order.selection.choose()
    with opened(project, order) as subject:
        prover = Prover(subject)
        claims = _worth_making(prover.claims(checks), project, checks)
        proofs = _prove_all(prover, claims, order.jobs, progress)
        proofs += [prover.prove(claim) for claim in prover.spokesmen(proofs)]
        return Report(
            proofs=tuple(sorted(proofs, key=lambda proof: str(proof.claim))),
            not_covered=tuple(_not_covered(subject, checks)),
            environment=environment(subject),
            elapsed_s=time.perf_counter() - started,
        )


def environment(subject: Subject) -> dict[str, str]:
    """
    Return on what a subject is proved.
    """
    server = subject.databases.server
    version = f"{server.version // 10000}.{server.version % 10000}"
    return {
        "alembic": alembic.__version__,
        "postgresql": f"PostgreSQL {version} ({server.label})",
        "python": platform.python_version(),
        "sqlalchemy": sqlalchemy.__version__,
    }


def _prove_all(
    prover: Prover, claims: Sequence[Claim], jobs: int, progress: Progress | None
) -> list[Proof]:
    proofs: list[Proof] = []
    pool = concurrent.futures.ThreadPoolExecutor(jobs, thread_name_prefix="schemaproof")
    try:
        for future in concurrent.futures.as_completed(
            [pool.submit(prover.prove, claim) for claim in _interleaved(claims)]
        ):
            proofs.append(future.result())
            if progress is not None:
                progress(proofs[-1], len(proofs), len(claims))
    finally:
        # After an error or Ctrl-C the server ends next, and with it what still runs.
        pool.shutdown(wait=len(proofs) == len(claims), cancel_futures=True)
    return proofs


def _interleaved(claims: Sequence[Claim]) -> Iterator[Claim]:
    # Alembic's environment belongs to the process, so claims that step through the history take
    # turns; between them there should be others for the other threads.
    stepping = [claim for claim in claims if "history" in claim.check.parts]
    others = [claim for claim in claims if "history" not in claim.check.parts]
    for pair in itertools.zip_longest(stepping, others):
        yield from (claim for claim in pair if claim is not None)


def _worth_making(
    claims: Iterable[Claim], project: Project, checks: Iterable[Check]
) -> list[Claim]:
    # Whether a waiver is needed cannot be said when its check was left out.
    known, chosen = {check.name for check in all_checks()}, {check.name for check in checks}
    left_out = {
        f"{waiver.check} {waiver.where}"
        for waiver in project.waivers
        if waiver.check in known - chosen
    }
    return [
        claim
        for claim in claims
        if not (claim.check.target == "waiver" and claim.target in left_out)
    ]


def _not_covered(subject: Subject, checks: Sequence[Check]) -> Iterator[NotCovered]:
    for check in all_checks():
        if check not in checks:
            yield NotCovered(where=check.name, why="left out by --only or --skip")
    try:
        catalog = subject.catalog
    except MigrationFailed:
        return
    for constraint in catalog.constraints:
        if constraint.kind in UNTESTED_KINDS:
            yield NotCovered(
                where=constraint.identity.removeprefix("public."),
                why=f"no check offers a {constraint.kind} rows to take and to refuse",
            )


def _spoken(error: ModelsBroken | MigrationFailed) -> Violation:
    return models_broken(error) if isinstance(error, ModelsBroken) else migration_failed(error)
