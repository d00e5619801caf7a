"""
Make mutants, have them judged several at a time, and return what became of each.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing

from schemaproof.checks import Check
from schemaproof.errors import SchemaproofError
from schemaproof.mutation.alike.judge import alike_checks
from schemaproof.mutation.choice import Choice
from schemaproof.mutation.control import control
from schemaproof.mutation.court import Court
from schemaproof.mutation.history.judge import history_checks
from schemaproof.mutation.judged import Judged, Score
from schemaproof.mutation.making import made, operators
from schemaproof.mutation.migrations.judge import drift_check
from schemaproof.mutation.mutant import Mutant, Side
from schemaproof.mutation.schemas.judge import schema_checks
from schemaproof.mutation.suite.suite import suite_of
from schemaproof.project import Project
from schemaproof.prover import Prover
from schemaproof.runner import Order, environment, opened

Progress = Callable[[Judged, int, int], None]


class NothingToBreak(SchemaproofError):
    """The chosen operators make nothing of the project."""

    def __init__(self) -> None:
        super().__init__(
            "needs at least one mutant; the chosen operators make none of this project: "
            "choose others, or all"
        )


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
        NothingToBreak: The chosen operators make no mutant of it.
        SuiteFailed: The suite does not pass on the schema as it is.
        SchemaproofError: Something else impossible was asked for.
    """
    started = time.perf_counter()
    choice.check(operators())
    with opened(project, order) as subject, suite_of(command, project, order) as suite:
        seen = control(Prover(subject), _checks_of(choice.sides), order.jobs)
        mutants = made(subject, choice)
        if not mutants:
            raise NothingToBreak
        judged = _judged(Court(subject, order.jobs, seen.costs_s, suite), mutants, progress)
        return Score(
            judged=tuple(sorted(judged, key=lambda one: one.mutant.key)),
            untried=len(seen.untried),
            environment=environment(subject),
            elapsed_s=time.perf_counter() - started,
        )


def _judged(court: Court, mutants: Sequence[Mutant], progress: Progress | None) -> list[Judged]:
    judged: list[Judged] = []
    # What SQLAlchemy or Pydantic says of a mutant is no news. And whatever ends the run ends the
    # court before what it works on is gone.
    with warnings.catch_warnings(), closing(court.judged(mutants)) as verdicts:
        warnings.simplefilter("ignore")
        for one in verdicts:
            judged.append(one)
            if progress is not None:
                progress(one, len(judged), len(mutants))
    return judged


def _checks_of(sides: Iterable[Side]) -> list[Check]:
    checks = [drift_check()]
    checks += alike_checks() if "alike" in sides else []
    checks += history_checks() if "history" in sides else []
    checks += schema_checks() if "schemas" in sides else []
    return list({check.name: check for check in checks}.values())
