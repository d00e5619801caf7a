"""
Judge mutants of the migrations alone, against which the models keep their word.

Whether that is drift, the check itself says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schemaproof.catalog import Catalog, difference
from schemaproof.checks import Check, Violation, all_checks
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.migrations.scratch import Refused, Scratch, scratch_of
from schemaproof.mutation.mutant import Mutant
from schemaproof.prover import waiver_of
from schemaproof.subject import Subject

CHECK = "drift/models-match-migrations"
NORMALISED = "PostgreSQL reads it as it read the original: the catalogue is the same"


class DriftJudge:
    """
    Judges mutants on one database that the migrations made.
    """

    def __init__(self, subject: Subject, scratch: Scratch) -> None:
        self._subject, self._scratch = subject, scratch
        self._check = drift_check()

    def judge(self, mutant: Mutant) -> Judged:
        """
        Tell whether the check notices.
        """
        try:
            catalog = self._scratch.look(mutant)
        except Refused as error:
            return Judged(mutant=mutant, fate="refused", why=str(error))
        if self._notices(catalog):
            return Judged(mutant=mutant, fate="killed", by=self._check.name)
        if mutant.is_respelt and not difference(self._scratch.original, catalog):
            return Judged(mutant=mutant, fate="equivalent", why=NORMALISED)
        return Judged(mutant=mutant, fate="survived")

    def _notices(self, catalog: Catalog) -> bool:
        subject = self._subject
        found = self._check.run(
            declared=subject.declared,
            catalog=catalog,
            project=subject.project,
            scope=subject.scope,
        )
        return any(
            isinstance(one, Violation) and waiver_of(subject, self._check.name, one) is None
            for one in found
        )


def drift_check() -> Check:
    """
    Return the check that compares models and migrations.
    """
    return next(check for check in all_checks() if check.name == CHECK)


@contextmanager
def drift_judge(subject: Subject) -> Iterator[DriftJudge]:
    """
    Lend a judge with a database of its own.
    """
    with scratch_of(subject.migrated, subject.databases) as scratch:
        yield DriftJudge(subject, scratch)
