"""
Write a report as JSON, for programs: sorted, without timestamps, without passwords.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from schemaproof.checks import Location, Violation
from schemaproof.configuration import Waiver
from schemaproof.report.report import Proof, Report, fingerprint, status_of
from schemaproof.report.revisions import by_revision

VERSION = 1


def to_json(report: Report, *, root: Path) -> str:
    """
    Return the report as one JSON document; files are named relative to ``root``.
    """
    document = {
        "version": VERSION,
        "verdict": "proved" if report.is_proved else "violated",
        "counts": report.counts,
        "checks": [
            {
                "check": check.name,
                "status": status_of(proofs),
                "seconds": round(sum(proof.elapsed_s for proof in proofs), 3),
                "claims": [_claim(proof) for proof in proofs],
            }
            for check, proofs in report.by_check().items()
        ],
        "violations": [
            _violation(proof, violation, waiver, root)
            for proof in report.proofs
            for violation, waiver in zip(proof.violations, proof.waivers, strict=True)
        ],
        "revisions": [
            {"revision": name, **{_key(column): told for column, (told, _) in line.items()}}
            for name, line in by_revision(report).items()
        ],
        "not_covered": [{"where": one.where, "why": one.why} for one in report.not_covered],
        "environment": dict(sorted(report.environment.items())),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _key(column: str) -> str:
    return column.replace(" ", "_")


def _claim(proof: Proof) -> dict[str, Any]:
    return {
        "claim": str(proof.claim),
        "status": proof.status,
        "seen": list(proof.seen),
        "why": proof.skipped,
    }


def _violation(
    proof: Proof, violation: Violation, waiver: Waiver | None, root: Path
) -> dict[str, Any]:
    check = proof.claim.check
    return {
        "check": check.name,
        "severity": check.severity,
        "where": violation.where,
        "found": violation.found,
        "because": violation.because,
        "fix": violation.fix,
        "location": _location(violation.location, root),
        "revision": violation.revision,
        "fingerprint": fingerprint(check.name, violation),
        "waived": waiver.reason if waiver else None,
    }


def _location(location: Location | None, root: Path) -> dict[str, Any] | None:
    if location is None:
        return None
    return {"file": shown_path(location.file, root), "line": location.line}


def shown_path(file: Path, root: Path) -> str:
    """
    Return the path as the project's people know it.
    """
    return str(file.relative_to(root)) if file.is_relative_to(root) else str(file)
