"""
Hold what a baseline says of a violation: it was there before.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemaproof.configuration import Waiver


@dataclass(frozen=True, kw_only=True)
class Known(Waiver):
    """
    What covers a violation that a baseline holds: it is told, and does not fail a run.

    Attributes:
        reason: Why it may stay, until somebody mends it.
    """

    reason: str = "known: the baseline holds it"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    One violation of a report that was written earlier.

    Attributes:
        check: The check's name.
        where: The object.
        fingerprint: What it is recognised by.
    """

    check: str
    where: str
    fingerprint: str
