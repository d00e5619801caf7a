"""
Choose the claims that a mutant meets, and put them in an order in which it is soon noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from schemaproof.catalog import QualifiedName
from schemaproof.checks import Check
from schemaproof.errors import SchemaproofError
from schemaproof.mutation.alike.near import is_near_to
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.noticing import claims_of
from schemaproof.prover import Prover
from schemaproof.report import Claim
from schemaproof.subject import Subject

DATABASES = frozenset({"created", "databases", "exchange", "migrated", "offers", "planning"})
PLANS = "indexes"
QUERIES = frozenset({"query", "relying"})


class ClaimOrder:
    """
    The claims of some checks, those first that are cheap and likely to tell.

    Args:
        checks: The checks that could notice a mutant.
        costs_s: How long each claim took on the subject as it is, in seconds.
    """

    def __init__(self, checks: Sequence[Check], costs_s: dict[str, float]) -> None:
        self._checks, self._costs_s = checks, costs_s

    def of_one(self, mutant: Mutant, prover: Prover, *, is_moved: bool) -> list[Claim]:
        """
        Return the claims that one mutant meets alone, its own and cheap ones first.

        Args:
            mutant: The mutant.
            prover: Of the subject that it altered.
            is_moved: Whether rows may look otherwise with it.
        """
        checks = [check for check in self._checks if _could_see(check, mutant)]

        def is_asked(claim: Claim) -> bool:
            if claim.check.target in QUERIES and mutant.table is not None:
                return _may_read(claim.target, mutant.table, prover.subject)
            if mutant.shows_in != "rows" or mutant.family == "function":
                # No company comes after this; and a function may be called from anywhere.
                return True
            # A delete of rows costs more than all the rest, and seldom tells what they do not.
            # Payloads are dear too, and what they can tell of is the row that they are made into.
            dear = {"databases"} if is_moved else {"databases", "exchange"}
            return dear.isdisjoint(claim.check.parts) and (
                claim.check.target is None
                or mutant.where in claim.target
                or is_near_to(claim, mutant, prover.subject)
            )

        def place(claim: Claim) -> tuple[bool, bool, float]:
            is_elsewhere = mutant.where not in claim.target
            return not _only_reads(claim.check), is_elsewhere, self._cost_s(claim)

        return sorted(filter(is_asked, claims_of(checks, prover)), key=place)

    def of_all(self, prover: Prover) -> list[Claim]:
        """
        Return all claims, the cheap ones first.
        """

        def place(claim: Claim) -> tuple[bool, float]:
            return not _only_reads(claim.check), self._cost_s(claim)

        checks = [check for check in self._checks if "planning" not in check.parts]
        return sorted(claims_of(checks, prover), key=place)

    def _cost_s(self, claim: Claim) -> float:
        return self._costs_s.get(str(claim), 0.0)


def _could_see(check: Check, mutant: Mutant) -> bool:
    shows = mutant.shows_in == "plans" and check.family == PLANS
    if "planning" in check.parts:
        return shows
    return _only_reads(check) or mutant.shows_in == "rows" or shows


def _may_read(name: str, table: QualifiedName, subject: Subject) -> bool:
    query = subject.workload.named(name)
    # What cannot be planned is for the check to say.
    with suppress(SchemaproofError, SQLAlchemyError):
        if query is not None:
            planned = [subject.planning.explained(query, rows).plan for rows in query.sizes]
            return any(table in plan.read for plan in planned)
    return True


def _only_reads(check: Check) -> bool:
    return DATABASES.isdisjoint(check.parts)
