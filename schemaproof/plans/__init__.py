"""
Ask PostgreSQL how it would run a statement, on a table of any size.
"""

from schemaproof.plans.conditions import columns_in, unquoted
from schemaproof.plans.explain import NoPlan, clause, explain, explained
from schemaproof.plans.exported import BadStatistics, from_text, to_text
from schemaproof.plans.plan import JOIN_CONDITIONS, Explanation, Plan
from schemaproof.plans.posing import NotPosable, pose, read_extended
from schemaproof.plans.prepared import explained_generic, explained_repeated, send
from schemaproof.plans.reading import Reading, readings
from schemaproof.plans.settings import PINNED, pin
from schemaproof.plans.shown import Shown, shown
from schemaproof.plans.single import refuse_several
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
    "JOIN_CONDITIONS",
    "MOST_COMMON",
    "PINNED",
    "BadStatistics",
    "ColumnStatistics",
    "Explanation",
    "NoPlan",
    "NotPosable",
    "Plan",
    "Reading",
    "RelationStatistics",
    "Shown",
    "Slot",
    "Statistics",
    "clause",
    "columns_in",
    "explain",
    "explained",
    "explained_generic",
    "explained_repeated",
    "from_text",
    "pin",
    "pose",
    "read_extended",
    "read_statistics",
    "readings",
    "refuse_several",
    "send",
    "shown",
    "to_text",
    "unquoted",
]
