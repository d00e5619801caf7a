"""
Break a schema on purpose, one thing at a time, and see which check notices.

A check that cannot fail proves nothing. `mutate` makes mutants of what the migrations make, has
the checks judge each, and tells who killed it, which are equivalent to the original, and which
survived: those are promises that nobody holds the schema to.
"""

from schemaproof.mutation.choice import Choice, UnknownOperator
from schemaproof.mutation.control import ControlFailed
from schemaproof.mutation.judged import Judged, Score
from schemaproof.mutation.mutant import SIDES, Mutant
from schemaproof.mutation.report import print_score, to_json
from schemaproof.mutation.run import mutate

__all__ = [
    "SIDES",
    "Choice",
    "ControlFailed",
    "Judged",
    "Mutant",
    "Score",
    "UnknownOperator",
    "mutate",
    "print_score",
    "to_json",
]
