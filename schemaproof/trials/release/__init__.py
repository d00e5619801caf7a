"""
Run the models of an earlier commit on today's schema.
"""

from schemaproof.trials.release.checkout import BadBase
from schemaproof.trials.release.outcome import Breakage, Ran
from schemaproof.trials.release.previous import run_previous

__all__ = ["BadBase", "Breakage", "Ran", "run_previous"]
