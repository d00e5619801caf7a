"""
Know how the planner treats tables that are larger than any that are there.
"""

from schemaproof.scaling.asker import Terms, Told
from schemaproof.scaling.baseline import (
    BadBaseline,
    Baseline,
    described,
    planned,
    read_baseline,
)  # fmt: skip
from schemaproof.scaling.desk import Desk
from schemaproof.scaling.flips import AtSize, Flip, flips
from schemaproof.scaling.growth import Growth, Known, as_known, grow
from schemaproof.scaling.loaded import Loaded, Touched
from schemaproof.scaling.no_sample import NoSample
from schemaproof.scaling.outline import outlined
from schemaproof.scaling.planning import Planning
from schemaproof.scaling.sizes import Sizes
from schemaproof.scaling.trees import with_heights
from schemaproof.scaling.written import BadSize, read_sizes, two_digit_numbers, written

__all__ = [
    "AtSize",
    "BadBaseline",
    "BadSize",
    "Baseline",
    "Desk",
    "Flip",
    "Growth",
    "Known",
    "Loaded",
    "NoSample",
    "Planning",
    "Sizes",
    "Terms",
    "Told",
    "Touched",
    "as_known",
    "described",
    "flips",
    "grow",
    "outlined",
    "planned",
    "read_baseline",
    "read_sizes",
    "two_digit_numbers",
    "with_heights",
    "written",
]
