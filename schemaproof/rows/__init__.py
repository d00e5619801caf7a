"""
Rows that satisfy a schema's constraints, and what a DELETE or UPDATE must leave of them.

What draws graphs with Hypothesis is `schemaproof.rows.strategies`, imported where it is used.
"""

from schemaproof.rows.assumed import assumed, with_parents
from schemaproof.rows.brood import Brood
from schemaproof.rows.bulk import Multiplied, load, multiply
from schemaproof.rows.content import (
    Loss,
    Rows,
    empty,
    fingerprints,
    insert_content,
    is_empty,
    losses,
    read_content,
    without_unvalidated,
)
from schemaproof.rows.family import Family, Reach
from schemaproof.rows.graph import Graph
from schemaproof.rows.guesses import guesses
from schemaproof.rows.law import Law
from schemaproof.rows.learning import learn_patterns
from schemaproof.rows.maker import Row, RowMaker
from schemaproof.rows.operation import Operation
from schemaproof.rows.pattern import Pattern
from schemaproof.rows.patterns import Patterns
from schemaproof.rows.planting import Planting
from schemaproof.rows.populate import populate
from schemaproof.rows.population import Population
from schemaproof.rows.promises import defaults, in_firing_order, law_of
from schemaproof.rows.refused import Refused
from schemaproof.rows.sampling import SAMPLE_ROWS, sample
from schemaproof.rows.shape import learn_shape
from schemaproof.rows.shapes import NoRowFound, Shape, Shapes, Values
from schemaproof.rows.variety import furnish
from schemaproof.rows.volume import Spread, Volume

__all__ = [
    "SAMPLE_ROWS",
    "Brood",
    "Family",
    "Graph",
    "Law",
    "Loss",
    "Multiplied",
    "NoRowFound",
    "Operation",
    "Pattern",
    "Patterns",
    "Planting",
    "Population",
    "Reach",
    "Refused",
    "Row",
    "RowMaker",
    "Rows",
    "Shape",
    "Shapes",
    "Spread",
    "Values",
    "Volume",
    "assumed",
    "defaults",
    "empty",
    "fingerprints",
    "furnish",
    "guesses",
    "in_firing_order",
    "insert_content",
    "is_empty",
    "law_of",
    "learn_patterns",
    "learn_shape",
    "load",
    "losses",
    "multiply",
    "populate",
    "read_content",
    "sample",
    "with_parents",
    "without_unvalidated",
]
