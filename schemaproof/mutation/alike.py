"""
Judge mutants of models and migrations alike: those that no comparison of the two can see.

What is left to notice them are the checks that read one catalogue, or that put rows to the test.
They run as ever, on a subject whose databases are the mutant's. A mutant first meets the checks
that only read, then those that are about the broken object. What has come through these meets all
others in company: if nobody notices two dozen at once, nobody notices one of them, and if somebody
does, the company is halved until it is known whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg

from schemaproof.catalog import (
    Catalog,
    difference,
)  # fmt: skip
from schemaproof.checks import Check, all_checks
from schemaproof.mutation.drift import NORMALISED
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.lending import MutantDatabases
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.near import is_near_to, kept_shapes, tables_of
from schemaproof.mutation.scratch import Refused, Scratch, scratch_of
from schemaproof.prover import Prover
from schemaproof.report import Claim
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
# What it leaves alone, and costs more to make than to share.
SHARED = ("faults", "mappers", "scope")
DATABASES = frozenset({"created", "databases", "exchange", "migrated", "offers"})
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
        by = self._noticed(mutant, catalogs, is_near=True)
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
            by = self._noticed(together, self._look(together), is_near=False)
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
        self, mutant: Mutant, catalogs: tuple[Catalog, Catalog], *, is_near: bool
    ) -> str | None:
        with self._altered(mutant, catalogs, is_near=is_near) as altered:
            prover = Prover(altered)
            for claim in self._ordered(mutant, prover, is_near=is_near):
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

    def _ordered(self, mutant: Mutant, prover: Prover, *, is_near: bool) -> list[Claim]:
        checks = [check for check in self._checks if _could_see(check, mutant)]
        if not is_near:
            # Those that only read have been asked.
            checks = [check for check in checks if not _only_reads(check)]

        def is_asked(claim: Claim) -> bool:
            is_close = _only_reads(claim.check) or is_near_to(claim, mutant, prover.subject)
            return self._is_known(claim) and (is_close or not is_near)

        def place(claim: Claim) -> tuple[bool, bool, float]:
            is_elsewhere = mutant.where not in claim.target
            cost_s = self._costs_s.get(str(claim), 0.0)
            return not _only_reads(claim.check), is_elsewhere, cost_s

        return sorted(filter(is_asked, prover.claims(checks)), key=place)

    def _is_known(self, claim: Claim) -> bool:
        waived = claim.target.partition(" ")[0]
        known = {check.name for check in self._checks}
        return claim.check.target != "waiver" or waived in known

    @contextmanager
    def _altered(
        self, mutant: Mutant, catalogs: tuple[Catalog, Catalog], *, is_near: bool
    ) -> Iterator[Subject]:
        original = self._subject
        templates = (original.migrated, original.created)
        databases = MutantDatabases(original.databases, templates, mutant.sql)
        shared = {name: getattr(original, name) for name in SHARED}
        parts = dict(zip(("catalog", "declared"), catalogs, strict=True), **shared)
        parts |= dict(zip(("migrated", "created"), templates, strict=True))
        if is_near and mutant.table is not None:
            # Payloads are exchanged for all schemas at once, and those of other tables can wait.
            parts["alignments"] = {
                name: alignment
                for name, alignment in original.alignments.items()
                if mutant.table.name in tables_of(alignment)
            }
        makers = {name: _returning(part) for name, part in parts.items()}
        subject = Subject(original.project, databases, today=original.today, makers=makers)
        subject.shapes.update(kept_shapes(original.shapes, self._migrated.original, catalogs[0]))
        try:
            yield subject
        finally:
            databases.close()


def _could_see(check: Check, mutant: Mutant) -> bool:
    shows = mutant.shows_in == "plans" and check.family == PLANS
    return _only_reads(check) or mutant.shows_in == "rows" or shows


def _only_reads(check: Check) -> bool:
    return DATABASES.isdisjoint(check.parts)


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
