"""
Kill the server while a revision runs, and see what comes up again.
"""

from schemaproof.crashes.crashes import Crashes, Crashing, Harm
from schemaproof.crashes.kill import Point

__all__ = ["Crashes", "Crashing", "Harm", "Point"]
