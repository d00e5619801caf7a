"""
Run the chosen checks: on which databases, in which order, how many at once.
"""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import itertools
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import alembic
import sqlalchemy

from schemaproof.background import background_of, command_of, refuse_unreadable
from schemaproof.checks import Check, all_checks
from schemaproof.coverage import not_covered, refuse_nothing
from schemaproof.history import MigrationFailed
from schemaproof.postgres import Databases, new_prefix, open_server
from schemaproof.project import Project
from schemaproof.prover import Prover
from schemaproof.report import Background, Claim, Proof, Report
from schemaproof.selection import Selection
from schemaproof.subject import Subject
from schemaproof.targets import targets

Progress = Callable[[Proof, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Order:
    """
    What is asked of a run.

    Attributes:
        server: ``embedded``, ``container``, ``container:IMAGE`` or the URL of a running server.
        pg_version: The PostgreSQL version wanted of a server that is started.
        selection: Which checks to run.
        jobs: How many claims to prove at once.
        base: The commit of the release before, if it is to be tried.
        is_pictured: Whether the report is to hold what it is about, for a page.
    """

    server: str = "embedded"
    pg_version: int | None = None
    selection: Selection = field(default_factory=Selection)
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    base: str | None = None
    is_pictured: bool = False


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
            today = dt.datetime.now(dt.UTC).date()
            subject = Subject(project, databases, today=today, base=order.base)
            # They take most of the time, and some runs ask for nothing that they show.
            asked = {part for one in order.selection.choose() for part in one.parts}
            subject.has_rows, subject.watches_locks = "seeding" in asked, "locks" in asked
            yield subject
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
    if order.is_pictured:
        refuse_unreadable(project)
    with opened(project, order) as subject:
        refuse_nothing(subject)
        prover = Prover(subject)
        claims = _worth_making(prover.claims(checks), project, checks)
        proofs = _prove_all(prover, claims, order.jobs, progress)
        proofs += [prover.prove(claim) for claim in prover.spokesmen(proofs)]
        return Report(
            proofs=tuple(sorted(proofs, key=lambda proof: str(proof.claim))),
            not_covered=tuple(not_covered(subject, checks)),
            revisions=_revisions(subject),
            environment=environment(subject),
            background=_background(prover, claims, order) if order.is_pictured else None,
            elapsed_s=time.perf_counter() - started,
        )


def environment(subject: Subject) -> dict[str, str]:
    """
    Return on what a subject is proved.
    """
    server = subject.databases.server
    return {
        "alembic": alembic.__version__,
        "postgresql": f"PostgreSQL {spelt(server.version)} ({server.label})",
        "python": platform.python_version(),
        "sqlalchemy": sqlalchemy.__version__,
    }


def spelt(version: int) -> str:
    """
    Return a version that PostgreSQL numbers as people write it: 18.6 for 180006.
    """
    return f"{version // 10000}.{version % 10000}"


def _background(prover: Prover, claims: Iterable[Claim], order: Order) -> Background:
    subject = prover.subject
    return background_of(
        subject,
        checks=order.selection.choose(),
        objects={str(claim): prover.object_of(claim) for claim in claims},
        server=environment(subject)["postgresql"],
        command=command_of(order.server, order.pg_version),
    )


def _revisions(subject: Subject) -> tuple[str, ...]:
    try:
        return tuple(targets(subject, "revision"))
    except MigrationFailed:
        return ()  # a violation says so already


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
