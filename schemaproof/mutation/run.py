"""
Make mutants, have them judged several at a time, and return what became of each.
"""

from __future__ import annotations

import concurrent.futures
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import schemaproof.mutation.operators  # noqa: F401 - imported for what it registers
from schemaproof.catalog import Catalog
from schemaproof.checks import Check
from schemaproof.errors import SchemaproofError
from schemaproof.mutation.choice import Choice
from schemaproof.mutation.drift import DriftJudge, drift_check
from schemaproof.mutation.judged import Judged, Score
from schemaproof.mutation.mutant import OPERATORS, Mutant
from schemaproof.mutation.scene import own
from schemaproof.project import Project
from schemaproof.prover import Prover
from schemaproof.report import Claim
from schemaproof.runner import Order, environment, opened
from schemaproof.subject import Subject

Progress = Callable[[Judged, int, int], None]


class ControlFailed(SchemaproofError):
    """A check does not prove the schema as it is, so that it cannot judge mutants of it."""

    def __init__(self, claim: Claim, found: str) -> None:
        self.claim = claim
        super().__init__(
            f"needs a schema that the checks prove before it is broken; found {claim}: {found}: "
            "run 'schemaproof verify' and mend that first"
        )


def mutate(
    project: Project, order: Order, choice: Choice, progress: Progress | None = None
) -> Score:
    """
    Break the schema on purpose, once for each mutant, and tell which checks noticed.

    Args:
        project: The subject.
        order: On what server, and how many at once.
        choice: By which operators.
        progress: Told of each mutant judged, how many are done and how many there are.

    Raises:
        ControlFailed: A check fires on the schema as it is.
        SchemaproofError: Something else impossible was asked for.
    """
    started = time.perf_counter()
    choice.check(OPERATORS)
    with opened(project, order) as subject:
        _control(Prover(subject), [drift_check()])
        mutants = made_of(own(subject), choice)
        judged = _judge_all(subject, mutants, order.jobs, progress)
        return Score(
            judged=tuple(judged),
            environment=environment(subject),
            elapsed_s=time.perf_counter() - started,
        )


def _control(prover: Prover, checks: Iterable[Check]) -> None:
    for claim in prover.claims(checks):
        proof = prover.prove(claim)
        if proof.status == "violated":
            violation = proof.violations[proof.waivers.index(None)]
            raise ControlFailed(claim, f"{violation.where}: {violation.found}")
        if proof.blocked_by is not None:
            raise ControlFailed(claim, f"{proof.skipped}")


def made_of(catalog: Catalog, choice: Choice) -> list[Mutant]:
    """
    Return what the chosen operators make of a catalogue, sorted by operator and object.
    """
    mutants = (
        mutant
        for name, operator in OPERATORS.items()
        if choice.takes(name)
        for mutant in operator(catalog)
    )
    return sorted(mutants, key=lambda one: (one.operator, one.where, one.detail))


def _judge_all(
    subject: Subject, mutants: Sequence[Mutant], jobs: int, progress: Progress | None
) -> Iterator[Judged]:
    # One database a thread, for as long as it lives.
    kept = threading.local()
    with ExitStack() as held:

        def judge(mutant: Mutant) -> Judged:
            if not hasattr(kept, "judge"):
                kept.judge = held.enter_context(_drift_judge(subject))
            judge: DriftJudge = kept.judge
            return judge.judge(mutant)

        with concurrent.futures.ThreadPoolExecutor(jobs, "schemaproof") as pool:
            for done, judged in enumerate(pool.map(judge, mutants), 1):
                if progress is not None:
                    progress(judged, done, len(mutants))
                yield judged


@contextmanager
def _drift_judge(subject: Subject) -> Iterator[DriftJudge]:
    with (
        subject.databases.clone(subject.migrated) as database,
        database.connect(autocommit=True) as connection,
    ):
        yield DriftJudge(subject, connection)
