"""
Make the mutants that were chosen, of every side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import schemaproof.mutation.operators  # noqa: F401 - imported for what it registers
from schemaproof.catalog import Catalog
from schemaproof.mutation.choice import Choice
from schemaproof.mutation.history.slips import OPERATORS as OF_HISTORY
from schemaproof.mutation.history.slips import Slip, slips
from schemaproof.mutation.mutant import OPERATORS, Mutant, Side
from schemaproof.mutation.ownership import own
from schemaproof.mutation.schemas.mutants import OPERATORS as OF_SCHEMAS
from schemaproof.mutation.schemas.mutants import SchemaMutant, schema_mutants
from schemaproof.subject import Subject


def operators() -> dict[str, tuple[Side, ...]]:
    """
    Return what each operator can break.
    """
    return {
        **dict.fromkeys(OPERATORS, ("migrations", "alike")),
        **dict.fromkeys(OF_HISTORY, ("history",)),
        **dict.fromkeys(OF_SCHEMAS, ("schemas",)),
    }


def made(subject: Subject, choice: Choice) -> list[Mutant]:
    """
    Return what the chosen operators make of the chosen sides.
    """
    schema = made_of(own(subject), choice)
    mutants: list[Mutant] = []
    for side in choice.sides:
        match side:
            case "migrations" | "alike":
                mutants += (replace(mutant, side=side) for mutant in schema)
            case "history":
                mutants += (each for each in _slips(subject) if choice.takes(each.operator))
            case "schemas":
                mutants += (each for each in _of_schemas(subject) if choice.takes(each.operator))
    return mutants


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


def _slips(subject: Subject) -> Iterator[Slip]:
    for revision in subject.history.revisions:
        yield from slips(subject.round_trips.of(revision))


def _of_schemas(subject: Subject) -> Iterator[SchemaMutant]:
    for name, alignment in subject.alignments.items():
        yield from schema_mutants(name, alignment)
