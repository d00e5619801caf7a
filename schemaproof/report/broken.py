"""
List the violations of a report, each with a fingerprint of its own.

Where one check breaks twice at one place, the second is numbered: what it found may hold times
and counts, which no two runs share.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.checks import Check, Violation
from schemaproof.configuration import Waiver
from schemaproof.report.known import Known
from schemaproof.report.report import Report, fingerprint


@dataclass(frozen=True, kw_only=True)
class Broken:
    """
    A violation and what is known of it.

    Attributes:
        check: The check that it breaks.
        violation: The violation.
        waiver: What covers it, if something does.
        fingerprint: What it is recognised by in another run.
    """

    check: Check
    violation: Violation
    waiver: Waiver | None
    fingerprint: str

    @property
    def is_new(self) -> bool:
        """
        Whether it fails the run.
        """
        return self.waiver is None

    @property
    def is_known(self) -> bool:
        """
        Whether the baseline holds it.
        """
        return isinstance(self.waiver, Known)

    @property
    def is_waived(self) -> bool:
        """
        Whether somebody wrote a waiver for it.
        """
        return self.waiver is not None and not self.is_known


def broken(report: Report) -> Iterator[Broken]:
    """
    Yield the violations in the order of their claims.
    """
    seen: Counter[str] = Counter()
    for proof in report.proofs:
        check = proof.claim.check
        for violation, waiver in zip(proof.violations, proof.waivers, strict=True):
            name = fingerprint(check.name, violation)
            yield Broken(
                check=check,
                violation=violation,
                waiver=waiver,
                fingerprint=_numbered(name, seen[name]),
            )
            seen[name] += 1


def _numbered(name: str, before: int) -> str:
    if not before:
        return name
    return hashlib.sha256(f"{name}\0{before}".encode()).hexdigest()[:16]
