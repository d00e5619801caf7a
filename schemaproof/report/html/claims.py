"""
Pack every claim for the page's script, which shows those that a reader asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemaproof.catalog import short_name
from schemaproof.report.html import history, queries
from schemaproof.report.html.anchors import anchor
from schemaproof.report.html.evidence import said
from schemaproof.report.report import Proof, Report


def packed_claims(report: Report) -> dict[str, Any]:
    """
    Return what the script reads: by check the claims, each as target, status, words and addresses.
    """
    return {
        "checks": {
            check.name: [_claim(report, proof) for proof in proofs]
            for check, proofs in report.by_check().items()
        },
        "notCovered": [[one.where, "not_covered", one.why, None] for one in report.not_covered],
    }


def counted(proofs: Iterable[Proof]) -> dict[str, int]:
    """
    Return how many claims of a check ended how, from what matters most.
    """
    counts = dict.fromkeys(("violated", "skipped", "waived", "proved"), 0)
    for proof in proofs:
        counts[proof.status] += 1
    return {status: many for status, many in counts.items() if many}


def _claim(report: Report, proof: Proof) -> list[str | None]:
    told = said(proof)
    return [proof.claim.target, proof.status, told.words, told.anchor or _address(report, proof)]


def _address(report: Report, proof: Proof) -> str | None:
    place = report.background.places.get(str(proof.claim)) if report.background else None
    if place is not None:
        return anchor("table", short_name(place.table))
    kinds = dict.fromkeys(queries.KINDS, "query") | dict.fromkeys(history.KINDS, "revision")
    kind = kinds.get(proof.claim.check.target or "")
    return anchor(kind, proof.claim.target) if kind and proof.claim.target else None
