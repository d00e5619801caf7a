"""
Rows before each revision, and what it does to them.
"""

from schemaproof.trials.seeding.search import Culprits
from schemaproof.trials.seeding.seeding import SeededTrip, Seeding

__all__ = ["Culprits", "SeededTrip", "Seeding"]
