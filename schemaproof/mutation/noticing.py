"""
Put claims to the test, and say who noticed that something is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

import psycopg

from schemaproof.checks import Check
from schemaproof.prover import Prover
from schemaproof.report import Claim


def claims_of(checks: Iterable[Check], prover: Prover) -> list[Claim]:
    """
    Return the claims of some checks.

    A waiver is only theirs if it is of one of them: whether another is still needed says nothing.
    """
    checks = [*checks]
    names = {check.name for check in checks}
    return [
        claim
        for claim in prover.claims(checks)
        if claim.check.target != "waiver" or claim.target.partition(" ")[0] in names
    ]


def noticed_by(claim: Claim, prover: Prover) -> str | None:
    """
    Put a claim to the test, and return who noticed that something is wrong.

    Raises:
        psycopg.OperationalError: The server is in trouble, which says nothing of the mutant.
    """
    try:
        proof = prover.prove(claim)
    except psycopg.OperationalError:
        raise
    except Exception as error:
        # A check that raises ends a run of `verify`: somebody notices.
        return f"{claim.check.name} ({type(error).__name__})"
    return claim.check.name if proof.status == "violated" else None


def first_to_notice(claims: Iterable[Claim], prover: Prover) -> str | None:
    """
    Return who first notices, if anybody does.

    Raises:
        psycopg.OperationalError: As `noticed_by`.
    """
    return next((by for claim in claims if (by := noticed_by(claim, prover)) is not None), None)
