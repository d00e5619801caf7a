"""
Make mutants, have them judged several at a time, and return what became of each.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace

import schemaproof.mutation.operators  # noqa: F401 - imported for what it registers
from schemaproof.catalog import Catalog
from schemaproof.checks import Check
from schemaproof.errors import SchemaproofError
from schemaproof.mutation import schemas, slips
from schemaproof.mutation.aligning import SchemaJudge, aligning_checks
from schemaproof.mutation.alike import seeing_checks
from schemaproof.mutation.choice import Choice
from schemaproof.mutation.control import control
from schemaproof.mutation.court import Court
from schemaproof.mutation.drift import drift_check
from schemaproof.mutation.judged import Judged, Score
from schemaproof.mutation.mutant import OPERATORS, Mutant, Side
from schemaproof.mutation.scene import own
from schemaproof.mutation.stumbling import HistoryJudge, stumbling_checks
from schemaproof.mutation.suite import suite_of
from schemaproof.project import Project
from schemaproof.prover import Prover
from schemaproof.runner import Order, environment, opened
from schemaproof.subject import Subject

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
    choice.check([*OPERATORS, *slips.OPERATORS, *schemas.OPERATORS])
    with opened(project, order) as subject, suite_of(command, project, order) as suite:
        costs_s = control(Prover(subject), _checks_of(choice.sides), order.jobs)
        mutants = _made(subject, choice)
        if not mutants:
            raise NothingToBreak
        court = Court(subject, order.jobs, costs_s, suite)
        judged = []
        with warnings.catch_warnings():
            # What SQLAlchemy or Pydantic says of a mutant is no news.
            warnings.simplefilter("ignore")
            for one in court.judged(mutants):
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


def _made(subject: Subject, choice: Choice) -> list[Mutant]:
    schema = made_of(own(subject), choice)
    mutants = [
        replace(mutant, side=side)
        for side in choice.sides
        for mutant in schema
        if side in ("migrations", "alike")
    ]
    if "history" in choice.sides:
        made = HistoryJudge(subject).make()
        mutants += [slip for slip in made if choice.takes(slip.operator)]
    if "schemas" in choice.sides:
        changed = SchemaJudge(subject).make()
        mutants += [mutant for mutant in changed if choice.takes(mutant.operator)]
    return mutants


def _checks_of(sides: Iterable[Side]) -> list[Check]:
    checks = [drift_check()]
    checks += seeing_checks() if "alike" in sides else []
    checks += stumbling_checks() if "history" in sides else []
    checks += aligning_checks() if "schemas" in sides else []
    return list({check.name: check for check in checks}.values())
