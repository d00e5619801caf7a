"""
Judge mutants of Pydantic schemas by the checks that hold schemas against tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg

from schemaproof.checks import Check, all_checks
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.schemas import SchemaMutant, mutated, schema_mutants
from schemaproof.prover import Prover
from schemaproof.report import Claim
from schemaproof.subject import Subject

FAMILY = "alignment"
SHARED = ("catalog", "created", "declared", "faults", "mappers", "migrated", "scope")
SAME = "Pydantic makes the same of it: the JSON schema and the validation are those of the original"


def aligning_checks() -> list[Check]:
    """
    Return the checks that hold schemas against tables.
    """
    return [check for check in all_checks() if check.family == FAMILY and not check.is_thorough]


class SchemaJudge:
    """
    Judges mutants of schemas.

    Args:
        subject: The subject as it is.
        costs_s: How long each claim took on it, in seconds.
    """

    def __init__(self, subject: Subject, costs_s: dict[str, float]) -> None:
        self._subject, self._costs_s = subject, costs_s
        self._checks = aligning_checks()

    def make(self) -> Iterator[SchemaMutant]:
        """
        Yield every mutant of every declared schema.
        """
        for name, alignment in self._subject.alignments.items():
            yield from schema_mutants(name, alignment)

    def judge(self, mutant: SchemaMutant) -> Judged:
        """
        Tell which check notices.
        """
        original = self._subject.alignments[mutant.alignment]
        try:
            schema = mutated(mutant, original.schema)
        except Exception as error:
            # Pydantic's, or what the project runs when a class is made.
            told = " ".join(str(error).split())
            return Judged(mutant=mutant, fate="refused", why=f"{type(error).__name__}: {told}")
        if _as_python(schema) == _as_python(original.schema):
            return Judged(mutant=mutant, fate="equivalent", why=SAME)
        alignments = {
            name: replace(one, schema=schema) if name == mutant.alignment else one
            for name, one in self._subject.alignments.items()
            if one.mapper is original.mapper
        }
        return self._proved(mutant, alignments)

    def _proved(self, mutant: SchemaMutant, alignments: object) -> Judged:
        parts = {name: getattr(self._subject, name) for name in SHARED}
        parts["alignments"] = alignments
        subject = Subject(
            self._subject.project,
            self._subject.databases,
            today=self._subject.today,
            makers={name: _returning(part) for name, part in parts.items()},
        )
        subject.shapes.update(self._subject.shapes)
        prover = Prover(subject)

        def place(claim: Claim) -> tuple[bool, bool, float]:
            is_elsewhere = claim.target != mutant.alignment
            cost_s = self._costs_s.get(str(claim), 0.0)
            return "exchange" in claim.check.parts, is_elsewhere, cost_s

        for claim in sorted(prover.claims(self._checks), key=place):
            try:
                proof = prover.prove(claim)
            except psycopg.OperationalError:
                raise  # the server is in trouble, which says nothing of the mutant
            except Exception as error:
                by = f"{claim.check.name} ({type(error).__name__})"
                return Judged(mutant=mutant, fate="killed", by=by)
            if proof.status == "violated":
                return Judged(mutant=mutant, fate="killed", by=claim.check.name)
        return Judged(mutant=mutant, fate="survived")


def _as_python(schema: type) -> tuple[str, str]:
    # The one says what is documented, the other what is done.
    return str(getattr(schema, "model_fields", None)), str(
        getattr(schema, "model_json_schema", dict)()
    )


def _returning(part: object) -> Callable[[], object]:
    return lambda: part
