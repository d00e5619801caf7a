"""
Run the models of an earlier commit on today's schema.
"""

from schemaproof.release.checkout import BadBase
from schemaproof.release.outcome import Breakage, Ran
from schemaproof.release.previous import run_previous

__all__ = ["BadBase", "Breakage", "Ran", "run_previous"]
