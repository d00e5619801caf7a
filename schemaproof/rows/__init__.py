"""
Rows that satisfy a schema's constraints, and what a DELETE must leave of them.
"""

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
from schemaproof.rows.family import Family
from schemaproof.rows.guesses import guesses
from schemaproof.rows.law import Refused, remains
from schemaproof.rows.maker import Row, RowMaker, reads
from schemaproof.rows.populate import populate
from schemaproof.rows.shape import learn_shape
from schemaproof.rows.shapes import NoRowFound, Shape, Shapes, Values
from schemaproof.rows.variety import furnish
from schemaproof.rows.volume import Spread, Volume

__all__ = [
    "Family",
    "Loss",
    "Multiplied",
    "NoRowFound",
    "Refused",
    "Row",
    "RowMaker",
    "Rows",
    "Shape",
    "Shapes",
    "Spread",
    "Values",
    "Volume",
    "empty",
    "fingerprints",
    "furnish",
    "guesses",
    "insert_content",
    "is_empty",
    "learn_shape",
    "load",
    "losses",
    "multiply",
    "populate",
    "read_content",
    "reads",
    "remains",
    "without_unvalidated",
]
