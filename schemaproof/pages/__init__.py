"""
Pages about a schema that are derived from it: what stands between two marks is written by nobody.
"""

from schemaproof.pages.facts import Facts
from schemaproof.pages.marks import BadMarks, regenerate
from schemaproof.pages.page import Page
from schemaproof.pages.parts import PARTS, parts_of
from schemaproof.pages.writing import derived, derived_from

__all__ = [
    "PARTS",
    "BadMarks",
    "Facts",
    "Page",
    "derived",
    "derived_from",
    "parts_of",
    "regenerate",
]
