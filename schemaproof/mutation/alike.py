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
from schemaproof.mutation.asking import Asking, noticed_by
from schemaproof.mutation.company import Company
from schemaproof.mutation.drift import NORMALISED
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.near import moved_tables
from schemaproof.mutation.scratch import Refused, scratch_of
from schemaproof.mutation.slates import Slates
from schemaproof.mutation.subjects import Altering
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
# For each mutant tables would be filled and posed anew, which takes seconds.
DEAR = frozenset({"planning"})


def seeing_checks() -> list[Check]:
    """
    Return the checks that could see such a mutant.
    """
    return [
        check
        for check in all_checks()
        if not check.is_thorough
        and CHANGED.intersection(check.parts)
        and OF_HISTORY.isdisjoint(check.parts)
        and DEAR.isdisjoint(check.parts)
    ]


class AlikeJudge:
    """
    Judges mutants with copies of both templates.

    Args:
        altering: Where the subject is altered.
        costs_s: How long each claim took on the subject as it is, in seconds.
    """

    def __init__(self, altering: Altering, costs_s: dict[str, float]) -> None:
        self._altering = altering
        self._asking = Asking(seeing_checks(), costs_s)
        self._company = Company(altering, self._asking)

    def judge(self, mutant: Mutant) -> Judged:
        """
        Tell whether a check that reads, or offers rows to the broken table, notices.
        """
        try:
            catalogs = self._altering.look(mutant)
        except Refused as error:
            return Judged(mutant=mutant, fate="refused", why=str(error))
        if mutant.is_respelt and not difference(self._altering.migrated.original, catalogs[0]):
            return Judged(mutant=mutant, fate="equivalent", why=NORMALISED)
        moved = moved_tables(self._altering.migrated.original, catalogs[0])
        is_moved = mutant.is_gone or moved != set()
        # Payloads are exchanged for all schemas at once, and those of other tables can wait.
        tables = None if mutant.table is None else {mutant.table.name}
        with self._altering.altered(mutant, catalogs, tables) as subject:
            prover = Prover(subject)
            for claim in self._asking.of_one(mutant, prover, is_moved=is_moved):
                by = noticed_by(claim, prover)
                if by is not None:
                    return Judged(mutant=mutant, fate="killed", by=by)
        return Judged(mutant=mutant, fate="survived")

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
        yield AlikeJudge(Altering(subject, migrated, created, slates), costs_s)
