"""
Give a throwaway database a size that it does not have.
"""

from schemaproof.plans.posing._extended import read_extended
from schemaproof.plans.posing.pose import NotPosable, pose

__all__ = ["NotPosable", "pose", "read_extended"]
