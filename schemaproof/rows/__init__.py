"""
Rows that satisfy a schema's constraints, and what a DELETE must leave of them.
"""

from schemaproof.rows.family import Family
from schemaproof.rows.law import Refused, remains
from schemaproof.rows.maker import Row, RowMaker
from schemaproof.rows.populate import populate
from schemaproof.rows.shape import NoRowFound, Shape, Values, learn_shape

__all__ = [
    "Family",
    "NoRowFound",
    "Refused",
    "Row",
    "RowMaker",
    "Shape",
    "Values",
    "learn_shape",
    "populate",
    "remains",
]
