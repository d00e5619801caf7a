"""
Ask PostgreSQL how it would run a statement, on a table of any size.
"""

from schemaproof.plans.explain import clause, explain, explained, explained_generic
from schemaproof.plans.exported import BadStatistics, from_text, to_text
from schemaproof.plans.plan import Explanation, Plan
from schemaproof.plans.posing import NotPosable, pose
from schemaproof.plans.settings import PINNED, pin
from schemaproof.plans.statistics import (
    CORRELATION,
    HISTOGRAM,
    MOST_COMMON,
    ColumnStatistics,
    RelationStatistics,
    Slot,
    Statistics,
    read_statistics,
)

__all__ = [
    "CORRELATION",
    "HISTOGRAM",
    "MOST_COMMON",
    "PINNED",
    "BadStatistics",
    "ColumnStatistics",
    "Explanation",
    "NotPosable",
    "Plan",
    "RelationStatistics",
    "Slot",
    "Statistics",
    "clause",
    "explain",
    "explained",
    "explained_generic",
    "from_text",
    "pin",
    "pose",
    "read_statistics",
    "to_text",
]
