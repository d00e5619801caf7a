"""
Judge mutants of Pydantic schemas by the checks that hold schemas against tables.

Only what the mutant can change is asked: the claims about the schema itself, and of a Response also
those about the schemas whose rows are read through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import psycopg

from schemaproof.alignment import Alignment
from schemaproof.checks import Check, all_checks
from schemaproof.mutation.derived import derived
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.noticing import first_to_notice
from schemaproof.mutation.schemas.classes import beside
from schemaproof.mutation.schemas.mutants import SchemaMutant
from schemaproof.mutation.schemas.null import null_alike
from schemaproof.prover import Prover
from schemaproof.report import Claim
from schemaproof.rows import NoRowFound, RowMaker, Shapes
from schemaproof.subject import Subject

FAMILY = "alignment"
SHARED = ("catalog", "created", "declared", "faults", "mappers", "migrated", "scope")
# What a claim may be about: a field beside its column first, then rows that are read, and last
# payloads that are written and read by another schema.
ALONE = ("alignment", "writing", "responding")
WITH_OTHERS = ("creating", "updating")


def schema_checks() -> list[Check]:
    """
    Return the checks that hold schemas against tables.
    """
    return [check for check in all_checks() if check.family == FAMILY and not check.is_thorough]


class SchemaJudge:
    """
    Judges mutants of schemas.

    Args:
        subject: The subject as it is.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._checks = schema_checks()
        self._shapes = Shapes(subject.shapes.hints)

    def learn(self) -> None:
        """
        Learn once what the tables' rows look like, which no mutant of a schema changes.
        """
        self._shapes = self._subject.shapes.copy()
        catalog, databases = self._subject.catalog, self._subject.databases
        with databases.clone(self._subject.migrated) as clone, clone.connect() as connection:
            maker = RowMaker(catalog=catalog, connection=connection, shapes=self._shapes)
            for table in catalog.tables:
                # Whoever needs a row will say so.
                with suppress(NoRowFound, psycopg.Error), connection.transaction():
                    maker.insert(table.qualified_name)
            connection.rollback()

    def judge(self, mutant: SchemaMutant) -> Judged:
        """
        Tell which check notices.
        """
        original = self._subject.alignments[mutant.alignment]
        try:
            schema = beside(mutant, original.schema)
        except Exception as error:
            # Pydantic's, or what the project runs when a class is made.
            told = " ".join(str(error).split())
            return Judged(mutant=mutant, fate="refused", why=f"{type(error).__name__}: {told}")
        for claims, prover in self._asked(mutant, replace(original, schema=schema)):
            by = first_to_notice(claims, prover)
            if by is not None:
                return Judged(mutant=mutant, fate="killed", by=by)
        if (why := null_alike(mutant, original, schema)) is not None:
            return Judged(mutant=mutant, fate="equivalent", why=why)
        return Judged(mutant=mutant, fate="survived")

    def _asked(
        self, mutant: SchemaMutant, changed: Alignment
    ) -> Iterator[tuple[list[Claim], Prover]]:
        yield self._claims(ALONE, {mutant.alignment: changed})
        together = {
            name: changed if name == mutant.alignment else one
            for name, one in self._subject.alignments.items()
            if one.mapper is changed.mapper
            and (name == mutant.alignment or "response" in (one.role, changed.role))
        }
        claims, prover = self._claims(WITH_OTHERS, together)
        if changed.role != "response":
            claims = [claim for claim in claims if claim.target == mutant.alignment]
        yield claims, prover

    def _claims(
        self, kinds: tuple[str, ...], alignments: dict[str, Alignment]
    ) -> tuple[list[Claim], Prover]:
        subject = derived(self._subject, shared=SHARED, alignments=alignments)
        subject.shapes.update(self._shapes)
        prover = Prover(subject)
        checks = [check for check in self._checks if check.target in kinds]
        claims = prover.claims(checks)
        return sorted(claims, key=lambda claim: kinds.index(claim.check.target or "")), prover
