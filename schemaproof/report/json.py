"""
Write a report as JSON, for programs: sorted, without timestamps, without passwords.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from schemaproof.checks import Location
from schemaproof.report.broken import Broken, broken
from schemaproof.report.escaping import encodable
from schemaproof.report.report import Proof, Report, status_of
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
        "violations": [_violation(one, root) for one in broken(report)],
        "revisions": [
            {"revision": name, **{_key(column): told for column, (told, _) in line.items()}}
            for name, line in by_revision(report).items()
        ],
        "not_covered": [{"where": one.where, "why": one.why} for one in report.not_covered],
        "environment": dict(sorted(report.environment.items())),
        "baseline": _baseline(report),
    }
    return encodable(json.dumps(document, indent=2, ensure_ascii=False))


def _key(column: str) -> str:
    return column.replace(" ", "_")


def _claim(proof: Proof) -> dict[str, Any]:
    return {
        "claim": str(proof.claim),
        "status": proof.status,
        "seen": list(proof.seen),
        "why": proof.skipped,
    }


def _violation(one: Broken, root: Path) -> dict[str, Any]:
    said = one.violation
    return {
        "check": one.check.name,
        "severity": one.check.severity,
        "where": said.where,
        "found": said.found,
        "because": said.because,
        "fix": said.fix,
        "location": _location(said.location, root),
        "revision": said.revision,
        "fingerprint": one.fingerprint,
        "waived": one.waiver.reason if one.waiver and one.is_waived else None,
        "known": one.is_known,
    }


def _baseline(report: Report) -> dict[str, Any] | None:
    if report.gone is None:
        return None
    return {"known": report.known, "gone": [asdict(entry) for entry in report.gone]}


def _location(location: Location | None, root: Path) -> dict[str, Any] | None:
    if location is None:
        return None
    return {"file": shown_path(location.file, root), "line": location.line}


def shown_path(file: Path, root: Path) -> str:
    """
    Return the path as the project's people know it.
    """
    return str(file.relative_to(root)) if file.is_relative_to(root) else str(file)
