"""
Judge mutants of models and migrations alike: those that no comparison of the two can see.

What is left to notice them are the checks that read one catalogue, or that put rows to the test.
They run as ever, on a subject whose databases are the mutant's. A mutant first meets the checks
that only read, then those that are about the broken object. What has come through these meets all
others in company: if nobody notices a dozen mutants at once, nobody notices one of them, and if
somebody does, the dozen is halved until it is known whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg

from schemaproof.catalog import Catalog, difference
from schemaproof.checks import Check, all_checks
from schemaproof.mutation.drift import NORMALISED
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.lending import MutantDatabases
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.scratch import Refused, Scratch, scratch_of
from schemaproof.prover import Prover
from schemaproof.report import Claim
from schemaproof.subject import Subject

# What a mutant changes of a subject, and what is a matter of the history instead.
CHANGED = frozenset({"catalog", "created", "declared", "migrated", "violations_of"})
OF_HISTORY = frozenset(
    {"crashes", "history", "lint", "lock_waits", "previous", "round_trips", "seeding", "stalls"}
)
# What it leaves alone, and costs more to make than to share.
SHARED = ("faults", "mappers", "scope")
DATABASES = frozenset({"created", "databases", "migrated"})
PLANS = "indexes"
COMPANY = 24  # as many as are put to the test at once


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
    ]


class AlikeJudge:
    """
    Judges mutants with scratch copies of both templates.

    Args:
        subject: The subject as it is.
        migrated: A copy of what the migrations make.
        created: A copy of what the models make.
        costs_s: How long each claim took on the subject as it is, in seconds.
    """

    def __init__(
        self, subject: Subject, migrated: Scratch, created: Scratch, costs_s: dict[str, float]
    ) -> None:
        self._subject, self._migrated, self._created = subject, migrated, created
        self._costs_s, self._checks = costs_s, seeing_checks()

    def judge(self, mutant: Mutant) -> Judged:
        """
        Tell whether a check that reads, or is about the object, notices.
        """
        try:
            catalogs = self._look(mutant)
        except Refused as error:
            return Judged(mutant=mutant, fate="refused", why=str(error))
        if mutant.is_respelt and not difference(self._migrated.original, catalogs[0]):
            return Judged(mutant=mutant, fate="equivalent", why=NORMALISED)
        by = self._noticed(mutant, catalogs, lambda claim: _is_near(claim, mutant))
        return Judged(mutant=mutant, fate="survived" if by is None else "killed", by=by)

    def judge_together(self, mutants: Sequence[Mutant]) -> list[Judged]:
        """
        Tell which of several mutants that came through `judge` the other checks notice.
        """
        together = Mutant(
            where="",
            detail="",
            sql=";\n".join(mutant.sql for mutant in mutants),
            shows_in="rows" if any(one.shows_in == "rows" for one in mutants) else "plans",
        )
        by: str | None = None
        try:
            by = self._noticed(together, self._look(together), lambda claim: not _is_static(claim))
        except Refused:
            by = "the server"  # they do not go together
        if by is None:
            return [Judged(mutant=mutant, fate="survived") for mutant in mutants]
        if len(mutants) == 1:
            return [Judged(mutant=mutants[0], fate="killed", by=by)]
        half = len(mutants) // 2
        return [*self.judge_together(mutants[:half]), *self.judge_together(mutants[half:])]

    def _look(self, mutant: Mutant) -> tuple[Catalog, Catalog]:
        return self._migrated.look(mutant), self._created.look(mutant)

    def _noticed(
        self, mutant: Mutant, catalogs: tuple[Catalog, Catalog], is_asked: Callable[[Claim], bool]
    ) -> str | None:
        with self._altered(mutant, catalogs) as altered:
            prover = Prover(altered)
            claims = filter(is_asked, prover.claims(self._checks))
            for claim in self._ordered(mutant, claims):
                try:
                    proof = prover.prove(claim)
                except psycopg.OperationalError:
                    raise  # the server is in trouble, which says nothing of the mutant
                except Exception as error:
                    # A check that raises ends a run of `verify`: somebody notices.
                    return f"{claim.check.name} ({type(error).__name__})"
                if proof.status == "violated":
                    return claim.check.name
        return None

    def _ordered(self, mutant: Mutant, claims: Iterator[Claim]) -> list[Claim]:
        known = {check.name for check in self._checks}

        def is_made(claim: Claim) -> bool:
            if claim.check.target == "waiver" and claim.target.partition(" ")[0] not in known:
                return False
            shows = mutant.shows_in == "plans" and claim.check.family == PLANS
            return _is_static(claim) or mutant.shows_in == "rows" or shows

        def place(claim: Claim) -> tuple[bool, bool, float]:
            is_about = mutant.where in claim.target
            return not _is_static(claim), not is_about, self._costs_s.get(str(claim), 0.0)

        return sorted(filter(is_made, claims), key=place)

    @contextmanager
    def _altered(self, mutant: Mutant, catalogs: tuple[Catalog, Catalog]) -> Iterator[Subject]:
        original = self._subject
        templates = (original.migrated, original.created)
        databases = MutantDatabases(original.databases, templates, mutant.sql)
        shared = {name: getattr(original, name) for name in SHARED}
        parts = dict(zip(("catalog", "declared"), catalogs, strict=True), **shared)
        parts |= dict(zip(("migrated", "created"), templates, strict=True))
        makers = {name: _returning(part) for name, part in parts.items()}
        try:
            yield Subject(original.project, databases, today=original.today, makers=makers)
        finally:
            databases.close()


def _is_static(claim: Claim) -> bool:
    return DATABASES.isdisjoint(claim.check.parts)


def _is_near(claim: Claim, mutant: Mutant) -> bool:
    table = mutant.where.partition(".")[0]
    return _is_static(claim) or claim.target.partition(".")[0] == table


def _returning(part: object) -> Callable[[], object]:
    return lambda: part


@contextmanager
def alike_judge(subject: Subject, costs_s: dict[str, float]) -> Iterator[AlikeJudge]:
    """
    Lend a judge with databases of its own.
    """
    with (
        scratch_of(subject.migrated, subject.databases) as migrated,
        scratch_of(subject.created, subject.databases) as created,
    ):
        yield AlikeJudge(subject, migrated, created, costs_s)


def companies(mutants: Sequence[Mutant]) -> Iterator[list[Mutant]]:
    """
    Part mutants into groups in which no two are of the same object.
    """
    groups: list[list[Mutant]] = []
    for mutant in mutants:
        for group in groups:
            fits = all(one.where != mutant.where for one in group)
            if fits and len(group) < COMPANY:
                group.append(mutant)
                break
        else:
            groups.append([mutant])
    yield from groups
