"""
Name a step where a check speaks of a revision and of its downgrade.
"""

from __future__ import annotations

from schemaproof.history import Step


def place(step: Step) -> str:
    """
    Return by what a waiver names it: ``0002``, or ``0002 downgrade``.
    """
    return step.revision.id if step.is_upgrade else f"{step.revision.id} downgrade"


def of(step: Step, seen: str) -> str:
    """
    Say of which step something was seen; an upgrade goes without saying.
    """
    return seen if step.is_upgrade else f"its downgrade: {seen}"
