"""
Know how the planner treats tables that are larger than any that are there.
"""

from schemaproof.scaling.desk import Desk
from schemaproof.scaling.planning import Planning
from schemaproof.scaling.sizes import NoSample, Sizes
from schemaproof.scaling.trees import with_heights

__all__ = ["Desk", "NoSample", "Planning", "Sizes", "with_heights"]
