"""
See that no check fires on the schema as it is: what does says nothing of a mutant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemaproof.checks import Check
from schemaproof.errors import SchemaproofError
from schemaproof.mutation.noticing import claims_of
from schemaproof.mutation.workers import workers
from schemaproof.prover import Prover
from schemaproof.report import Claim


class ControlFailed(SchemaproofError):
    """A check does not prove the schema as it is, so that it cannot judge mutants of it."""

    def __init__(self, claim: Claim, found: str) -> None:
        self.claim = claim
        super().__init__(
            f"needs a schema that the checks prove before it is broken; found {claim}: {found}: "
            "run 'schemaproof verify' and mend that first"
        )


@dataclass(frozen=True, kw_only=True)
class Control:
    """
    What the checks made of the schema as it is.

    Attributes:
        costs_s: How long each claim took, in seconds.
        untried: The claims that were skipped, and so notice nothing of a mutant either.
    """

    costs_s: dict[str, float]
    untried: tuple[Claim, ...]


def control(prover: Prover, checks: Iterable[Check], jobs: int) -> Control:
    """
    Prove every claim.

    Raises:
        ControlFailed: One is violated, or what is wrong with the subject stands in its way.
    """
    claims = claims_of(checks, prover)
    with workers(jobs) as pool:
        proofs = list(pool.map(prover.prove, claims))
    for proof in proofs:
        if proof.status == "violated":
            violation = proof.violations[proof.waivers.index(None)]
            raise ControlFailed(proof.claim, f"{violation.where}: {violation.found}")
        if proof.blocked_by is not None:
            raise ControlFailed(proof.claim, f"{proof.skipped}")
    return Control(
        costs_s={str(proof.claim): proof.elapsed_s for proof in proofs},
        untried=tuple(proof.claim for proof in proofs if proof.status == "skipped"),
    )
