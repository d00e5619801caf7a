"""
Know how the planner treats tables that are larger than any that are there.
"""

from schemaproof.scaling.baseline import (
    BadBaseline,
    Baseline,
    described,
    planned,
    read_baseline,
)  # fmt: skip
from schemaproof.scaling.desk import Desk
from schemaproof.scaling.planning import Planning
from schemaproof.scaling.sizes import NoSample, Sizes
from schemaproof.scaling.trees import with_heights

__all__ = [
    "BadBaseline",
    "Baseline",
    "Desk",
    "NoSample",
    "Planning",
    "Sizes",
    "described",
    "planned",
    "read_baseline",
    "with_heights",
]
