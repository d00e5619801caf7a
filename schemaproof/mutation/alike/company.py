"""
Judge mutants in company: if nobody notices several at once, nobody notices one of them.

If a claim notices, those of the company whose object it names are asked alone, then the others are
halved until it is known whom it noticed; without them the company goes on with the next claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemaproof.mutation.alike.altered_subjects import AlteredSubjects
from schemaproof.mutation.alike.claim_order import ClaimOrder
from schemaproof.mutation.alike.near import tables_of
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.migrations.scratch import Refused
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.noticing import noticed_by
from schemaproof.prover import Prover
from schemaproof.report import Claim
from schemaproof.targets import targets

# As many as are put to the test at once. What is gone takes claims with it that others might need.
COMPANY, GONE = 48, 16


class Company:
    """
    Judges several mutants at once.

    Args:
        subjects: The subject, altered.
        order: The claims that they meet.
    """

    def __init__(self, subjects: AlteredSubjects, order: ClaimOrder) -> None:
        self._subjects, self._order = subjects, order

    def judge(self, mutants: Sequence[Mutant]) -> list[Judged]:
        """
        Tell which of them any claim notices.
        """
        return self._judged([*mutants], set())

    def _judged(self, left: list[Mutant], held: set[str]) -> list[Judged]:
        killed: list[Judged] = []
        while left:
            noticed = self._first_to_notice(left, held)
            if noticed is None:
                break
            found = [] if noticed[0] is None else self._search(noticed[0], noticed[1], left)
            if not found:  # they do not go together, or each of them alone goes unnoticed
                return killed + [
                    one for half in _halves(left) for one in self._judged(half, {*held})
                ]
            killed += found
            left = [one for one in left if one not in [each.mutant for each in found]]
        return [*killed, *(Judged(mutant=mutant, fate="survived") for mutant in left)]

    def _first_to_notice(
        self, mutants: list[Mutant], held: set[str]
    ) -> tuple[Claim | None, str] | None:
        """
        Put all claims that have not held yet to the company, and return who first notices, and how.
        """
        together = _together(mutants)
        try:
            catalogs = self._subjects.look(together)
        except Refused:
            if len(mutants) == 1:
                raise
            return None, "the server"
        with self._subjects.lend(together, catalogs) as subject:
            prover = Prover(subject)
            for claim in self._order.of_all(prover):
                if str(claim) in held:
                    continue
                by = noticed_by(claim, prover)
                if by is not None:
                    return claim, by
                held.add(str(claim))
        return None

    def _search(self, claim: Claim, by: str, mutants: list[Mutant]) -> list[Judged]:
        if len(mutants) == 1:
            return [Judged(mutant=mutants[0], fate="killed", by=by)]
        found: list[Judged] = []
        for part in _parts(claim, mutants):
            noticed = self._asked(claim, part)
            found += self._search(claim, noticed, part) if noticed is not None else []
        return found

    def _asked(self, claim: Claim, mutants: list[Mutant]) -> str | None:
        together = _together(mutants)
        try:
            catalogs = self._subjects.look(together)
        except Refused:
            return "the server"
        with self._subjects.lend(together, catalogs, self._tables_of(claim)) as subject:
            prover = Prover(subject)
            is_there = str(claim) in map(str, prover.claims([claim.check]))
            return noticed_by(claim, prover) if is_there else None

    def _tables_of(self, claim: Claim) -> set[str] | None:
        if claim.check.target is None:
            return None
        # A claim about what a mutant has made is not one of the original's.
        target = targets(self._subjects.subject, claim.check.target).get(claim.target)
        return None if target is None else tables_of(target)


def _together(mutants: Sequence[Mutant]) -> Mutant:
    return Mutant(where="", detail="", sql=";\n".join(mutant.sql for mutant in mutants))


def _parts(claim: Claim, mutants: list[Mutant]) -> list[list[Mutant]]:
    named = [one for one in mutants if one.where in claim.target]
    others = [one for one in mutants if one not in named]
    return [named, others] if named and others else _halves(mutants)


def _halves(mutants: list[Mutant]) -> list[list[Mutant]]:
    half = len(mutants) // 2
    return [mutants[:half], mutants[half:]]


def companies(mutants: Sequence[Mutant]) -> Iterator[list[Mutant]]:
    """
    Part mutants into groups in which no two are of the same object.
    """
    for is_gone, most in ((False, COMPANY), (True, GONE)):
        groups: list[list[Mutant]] = []
        for mutant in mutants:
            if mutant.is_gone != is_gone:
                continue
            for group in groups:
                fits = all(one.where != mutant.where for one in group)
                if fits and len(group) < most:
                    group.append(mutant)
                    break
            else:
                groups.append([mutant])
        yield from groups
