"""
Make mutants, have them judged several at a time, and return what became of each.
"""

from __future__ import annotations

import concurrent.futures
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Generic, TypeVar

import schemaproof.mutation.operators  # noqa: F401 - imported for what it registers
from schemaproof.catalog import Catalog
from schemaproof.checks import Check
from schemaproof.mutation.alike import AlikeJudge, alike_judge, companies, seeing_checks
from schemaproof.mutation.choice import Choice
from schemaproof.mutation.control import control
from schemaproof.mutation.drift import drift_check, drift_judge
from schemaproof.mutation.judged import Judged, Score
from schemaproof.mutation.mutant import OPERATORS, Mutant, Side
from schemaproof.mutation.scene import own
from schemaproof.mutation.suite import Suite, suite_of
from schemaproof.project import Project
from schemaproof.prover import Prover
from schemaproof.runner import Order, environment, opened
from schemaproof.subject import Subject

Progress = Callable[[Judged, int, int], None]
AnyJudge = TypeVar("AnyJudge")


def mutate(
    project: Project,
    order: Order,
    choice: Choice,
    progress: Progress | None = None,
    *,
    command: str | None = None,
) -> Score:
    """
    Break the schema on purpose, once for each mutant, and tell which checks noticed.

    Args:
        project: The subject.
        order: On what server, and how many at once.
        choice: What to break, and by which operators.
        progress: Told of each mutant judged, how many are done and how many there are.
        command: The project's own suite; it judges what no check noticed.

    Raises:
        ControlFailed: A check fires on the schema as it is.
        SuiteFailed: The suite does not pass on the schema as it is.
        SchemaproofError: Something else impossible was asked for.
    """
    started = time.perf_counter()
    choice.check(OPERATORS)
    with opened(project, order) as subject, suite_of(command, project, order) as suite:
        costs_s = control(Prover(subject), _checks_of(choice.sides), order.jobs)
        catalog = own(subject)
        mutants = [
            replace(it, side=side) for side in choice.sides for it in made_of(catalog, choice)
        ]
        judged = []
        for one in _judged(subject, mutants, order.jobs, costs_s, suite):
            judged.append(one)
            if progress is not None:
                progress(one, len(judged), len(mutants))
        return Score(
            judged=tuple(sorted(judged, key=lambda one: one.mutant.key)),
            environment=environment(subject),
            elapsed_s=time.perf_counter() - started,
        )


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
    return sorted(mutants, key=lambda one: one.key)


def _checks_of(sides: Iterable[Side]) -> list[Check]:
    checks = seeing_checks() if "alike" in sides else []
    return list({check.name: check for check in [drift_check(), *checks]}.values())


def _judged(
    subject: Subject,
    mutants: list[Mutant],
    jobs: int,
    costs_s: dict[str, float],
    suite: Suite | None,
) -> Iterator[Judged]:
    sides = {side: [one for one in mutants if one.side == side] for side in ("migrations", "alike")}
    with concurrent.futures.ThreadPoolExecutor(jobs, "schemaproof") as pool:
        with _Bench(lambda: drift_judge(subject)) as drift:
            yield from pool.map(lambda one: drift.judge().judge(one), sides["migrations"])
        with _Bench(lambda: alike_judge(subject, costs_s)) as alike:
            judged = _judged_alike(alike, sides["alike"], pool)
            if suite is not None:
                judged = _tried_on(suite, judged, pool)
            yield from judged


def _judged_alike(
    bench: _Bench[AlikeJudge],
    mutants: list[Mutant],
    pool: concurrent.futures.ThreadPoolExecutor,
) -> Iterator[Judged]:
    left: list[Mutant] = []
    for one in pool.map(lambda mutant: bench.judge().judge(mutant), mutants):
        if one.fate == "survived" and one.mutant.shows_in != "nothing":
            left.append(one.mutant)
        else:
            yield one
    for several in pool.map(lambda each: bench.judge().judge_together(each), companies(left)):
        yield from several


def _tried_on(
    suite: Suite, judged: Iterator[Judged], pool: concurrent.futures.ThreadPoolExecutor
) -> Iterator[Judged]:
    left: list[Mutant] = []
    for one in judged:
        if one.fate == "survived":
            left.append(one.mutant)
        else:
            yield one
    yield from pool.map(suite.judge, left)


class _Bench(Generic[AnyJudge]):
    """
    Where several threads judge, each with a judge of its own for as long as it lasts.
    """

    def __init__(self, court: Callable[[], AbstractContextManager[AnyJudge]]) -> None:
        self._court, self._own = court, threading.local()
        self._held = ExitStack()

    def judge(self) -> AnyJudge:
        """
        Return this thread's judge.
        """
        if not hasattr(self._own, "judge"):
            self._own.judge = self._held.enter_context(self._court())
        judge: AnyJudge = self._own.judge
        return judge

    def __enter__(self) -> _Bench[AnyJudge]:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._held.close()
