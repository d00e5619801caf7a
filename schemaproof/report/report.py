"""
Hold the verdict as a value: every claim that was made, and what became of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from schemaproof.checks import Check, Violation
from schemaproof.configuration import Waiver
from schemaproof.report.background import Background
from schemaproof.report.known import Entry, Known

Status = Literal["proved", "violated", "waived", "skipped"]
Verdict = Literal["proved", "proved in part", "nothing proved", "violated"]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """
    One check about one object.

    Attributes:
        check: The check.
        target: The name of the object; empty if the claim is about the schema as a whole.
    """

    check: Check
    target: str = ""

    def __str__(self) -> str:
        return f"{self.check.name}[{self.target}]" if self.target else self.check.name


@dataclass(frozen=True, kw_only=True)
class Proof:
    """
    What became of one claim.

    Attributes:
        claim: The claim.
        violations: Where it is broken.
        waivers: For each violation the waiver that covers it, or None.
        seen: The evidence, one clause each.
        brief: The evidence in a few words, for the table of revisions.
        skipped: Why it was not put to the test; None if it was.
        blocked_by: The check that reports what was in the way, if the subject itself was.
        elapsed_s: How long it took.
    """

    claim: Claim
    violations: tuple[Violation, ...] = ()
    waivers: tuple[Waiver | None, ...] = ()
    seen: tuple[str, ...] = ()
    brief: str = ""
    skipped: str | None = None
    blocked_by: str | None = None
    elapsed_s: float = 0.0

    @property
    def status(self) -> Status:
        """
        The claim's fate in one word.
        """
        if any(waiver is None for waiver in self.waivers):
            return "violated"
        if self.violations:
            return "waived"
        return "proved" if self.skipped is None else "skipped"


@dataclass(frozen=True, kw_only=True)
class NotCovered:
    """
    Something that the subject promises and that nobody put to the test.

    Attributes:
        where: The object.
        why: Why no claim was made about it.
    """

    where: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """
    All claims about one subject.

    Attributes:
        proofs: What became of each, by check and target.
        not_covered: What no claim was made about.
        revisions: The revisions of the history, each after those that it builds on.
        environment: On what it was proved: PostgreSQL, Python, SQLAlchemy, Alembic.
        elapsed_s: How long it took, the server's start included, the imports of Python not.
        gone: What the baseline holds and nobody found; None without a baseline.
        background: What it is about; None unless somebody wants to see that.
    """

    proofs: tuple[Proof, ...]
    not_covered: tuple[NotCovered, ...] = ()
    revisions: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    elapsed_s: float = 0.0
    gone: tuple[Entry, ...] | None = None
    background: Background | None = None

    @property
    def is_proved(self) -> bool:
        """
        Whether nothing is violated and something was proved.
        """
        return self.counts["violated"] == 0 and self.counts["proved"] > 0

    @property
    def verdict(self) -> Verdict:
        """
        What becomes of all claims together.
        """
        if self.counts["violated"]:
            return "violated"
        if not self.is_proved:
            return "nothing proved"
        return "proved in part" if self.counts["skipped"] else "proved"

    @property
    def counts(self) -> dict[str, int]:
        """
        How many claims ended how.
        """
        ended = Counter(proof.status for proof in self.proofs)
        statuses: tuple[Status, ...] = ("proved", "violated", "waived", "skipped")
        return {
            **{status: ended[status] for status in statuses},
            "not_covered": len(self.not_covered),
        }

    @property
    def told_counts(self) -> str:
        """
        The counts as people read them.
        """
        return ", ".join(f"{many} {how.replace('_', ' ')}" for how, many in self.counts.items())

    @property
    def known(self) -> int:
        """
        How many violations the baseline holds.
        """
        return sum(isinstance(one, Known) for proof in self.proofs for one in proof.waivers)

    def by_check(self) -> dict[Check, list[Proof]]:
        """
        Return the proofs of each check, in the order of their names.
        """
        grouped: dict[Check, list[Proof]] = {}
        for proof in self.proofs:
            grouped.setdefault(proof.claim.check, []).append(proof)
        return grouped


def status_of(proofs: Iterable[Proof]) -> Status:
    """
    Return the worst status among the proofs of one check.
    """
    found = {proof.status for proof in proofs}
    order: tuple[Status, ...] = ("violated", "skipped", "waived", "proved")
    return next(status for status in order if status in found)


def fingerprint(check: str, violation: Violation) -> str:
    """
    Return a name for the violation that stays the same while lines move.
    """
    parts = (check, violation.where, violation.revision or "")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
