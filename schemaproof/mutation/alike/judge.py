"""
Judge mutants of models and migrations alike: those that no comparison of the two can see.

What is left to notice them are the checks that read one catalogue, or that put rows to the test.
They run as ever, on a subject whose databases are the mutant's. A mutant first meets the checks
that only read, then those that offer rows to the broken table. What has come through these meets
all others in company.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from schemaproof.catalog import difference
from schemaproof.checks import Check, all_checks
from schemaproof.mutation.alike.altered_subjects import AlteredSubjects
from schemaproof.mutation.alike.claim_order import ClaimOrder
from schemaproof.mutation.alike.company import Company
from schemaproof.mutation.alike.near import moved_tables
from schemaproof.mutation.alike.slates import Slates
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.migrations.judge import NORMALISED
from schemaproof.mutation.migrations.scratch import Refused, scratch_of
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.noticing import first_to_notice
from schemaproof.prover import Prover
from schemaproof.subject import Subject

# What a mutant changes of a subject, and what is a matter of the history instead.
CHANGED = frozenset(
    {"catalog", "created", "declared", "exchange", "migrated", "offers", "violations_of"}
)
OF_HISTORY = frozenset(
    {
        "crashes",
        "history",
        "lint",
        "lock_waits",
        "locks",
        "previous",
        "round_trips",
        "seeding",
        "stalls",
    }
)
# What alters neither tables nor rows leaves the sizes as they are: then plans are cheap.
OF_PLANS = frozenset({"planning"})


def alike_checks() -> list[Check]:
    """
    Return the checks that could see such a mutant.
    """
    return [
        check
        for check in all_checks()
        if not (check.is_thorough or check.is_for_staging)
        and (CHANGED | OF_PLANS).intersection(check.parts)
        and OF_HISTORY.isdisjoint(check.parts)
    ]


class AlikeJudge:
    """
    Judges mutants with copies of both templates.

    Args:
        subjects: The subject, altered.
        costs_s: How long each claim took on the subject as it is, in seconds.
    """

    def __init__(self, subjects: AlteredSubjects, costs_s: dict[str, float]) -> None:
        self._subjects = subjects
        self._order = ClaimOrder(alike_checks(), costs_s)
        self._company = Company(subjects, self._order)

    def judge(self, mutant: Mutant) -> Judged:
        """
        Tell whether a check that reads, or offers rows to the broken table, notices.
        """
        try:
            catalogs = self._subjects.look(mutant)
        except Refused as error:
            return Judged(mutant=mutant, fate="refused", why=str(error))
        if mutant.is_respelt and not difference(self._subjects.migrated.original, catalogs[0]):
            return Judged(mutant=mutant, fate="equivalent", why=NORMALISED)
        moved = moved_tables(self._subjects.migrated.original, catalogs[0])
        is_moved = mutant.is_gone or moved != set()
        # Payloads are exchanged for all schemas at once, and those of other tables can wait.
        tables = None if mutant.table is None else {mutant.table.name}
        with self._subjects.lend(mutant, catalogs, tables) as subject:
            prover = Prover(subject)
            claims = self._order.of_one(mutant, prover, is_moved=is_moved)
            by = first_to_notice(claims, prover)
        return Judged(mutant=mutant, fate="killed" if by else "survived", by=by)

    def judge_together(self, mutants: Sequence[Mutant]) -> list[Judged]:
        """
        Tell which of several mutants that came through `judge` any check notices.
        """
        return self._company.judge(mutants)


@contextmanager
def alike_judge(subject: Subject, costs_s: dict[str, float]) -> Iterator[AlikeJudge]:
    """
    Lend a judge with databases of its own.
    """
    with (
        scratch_of(subject.migrated, subject.databases) as migrated,
        scratch_of(subject.created, subject.databases) as created,
        closing(Slates(subject.migrated, subject.databases)) as slates,
    ):
        yield AlikeJudge(AlteredSubjects(subject, migrated, created, slates), costs_s)
