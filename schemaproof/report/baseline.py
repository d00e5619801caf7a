"""
Compare a report with one that was written earlier: only what is new fails.

A waiver is a decision about one violation; a baseline is where a project begins. So what an
earlier report had waived is no part of it: without its waiver it is new again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from schemaproof.errors import SchemaproofError
from schemaproof.report.broken import broken
from schemaproof.report.json import VERSION
from schemaproof.report.known import Entry, Known
from schemaproof.report.report import Report


class BadBaseline(SchemaproofError):
    """The baseline is no report that this release can read."""

    def __init__(self, file: Path, found: str) -> None:
        self.file, self.found = file, found
        super().__init__(
            f"needs a report of version {VERSION} as the baseline; found {found} in {file}: "
            f"write it again with --json"
        )


def read_baseline(file: Path) -> tuple[Entry, ...]:
    """
    Return the violations that an earlier report was violated by.

    Raises:
        BadBaseline: The file is none, or of another version.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadBaseline(file, f"nothing to read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise BadBaseline(file, "no JSON") from error
    version = document.get("version") if isinstance(document, dict) else None
    if version != VERSION or isinstance(version, bool):
        raise BadBaseline(file, f"version {version!r}" if version is not None else "no version")
    try:
        return tuple(_entries(document["violations"]))
    except (KeyError, TypeError) as error:
        raise BadBaseline(file, "no list of violations") from error


def compare(report: Report, baseline: tuple[Entry, ...]) -> Report:
    """
    Return the report with what the baseline holds marked as known.
    """
    held = {entry.fingerprint for entry in baseline}
    found = broken(report)
    proofs = []
    for proof in report.proofs:
        waivers = tuple(
            Known(check=one.check.name, where=one.violation.where)
            if one.is_new and one.fingerprint in held
            else one.waiver
            for _, one in zip(proof.violations, found, strict=False)
        )
        proofs.append(replace(proof, waivers=waivers))
    return replace(report, proofs=tuple(proofs), gone=_gone(report, baseline))


def _gone(report: Report, baseline: tuple[Entry, ...]) -> tuple[Entry, ...]:
    # What was not looked at may be there still.
    skipped = {proof.claim.check.name for proof in report.proofs if proof.status == "skipped"}
    looked = {check.name for check in report.by_check()} - skipped
    found = {one.fingerprint for one in broken(report)}
    return tuple(
        entry for entry in baseline if entry.check in looked and entry.fingerprint not in found
    )


def _entries(violations: list[dict[str, Any]]) -> Iterator[Entry]:
    for one in violations:
        words = (one["check"], one["where"], one["fingerprint"])
        if not all(isinstance(word, str) for word in words):
            raise TypeError(words)
        if one["waived"] is None:
            check, where, fingerprint = words
            yield Entry(check=check, where=where, fingerprint=fingerprint)
