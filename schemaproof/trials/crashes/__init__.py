"""
Kill the server while a revision runs, and see what comes up again.
"""

from schemaproof.trials.crashes.crashes import Crasher, Crashes, Crashing, Harm, Kind
from schemaproof.trials.crashes.kill import Point
from schemaproof.trials.crashes.start import Start, Starts

__all__ = ["Crasher", "Crashes", "Crashing", "Harm", "Kind", "Point", "Start", "Starts"]
