"""
Say why nothing can be told of a revision that does not run even without rows.
"""

from __future__ import annotations

from schemaproof.checks.check import Skip
from schemaproof.preflight import PendingRevision


def obstacle(pending: PendingRevision) -> Skip | None:
    """
    Return what is in the way; None if it ran.
    """
    failure = pending.failure
    if failure is None:
        return None
    if failure.obstacle:
        return Skip(why=f"revision {failure.revision} cannot be run here: {failure.obstacle}")
    return Skip(why=f"revision {failure.revision} raises on a database without rows already")
