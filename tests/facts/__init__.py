"""
What PixCrawler's schema is, written by hand and read by nobody but the tests.

Nothing here is derived from the models, the schemas or the migrations: a change that is made in the
same wrong way in all of them still turns a test red, and whoever means the change says so here.
"""

from tests.facts.checks import CHECKS, Check
from tests.facts.fields import FIELDS, Field
from tests.facts.indexes import INDEXES, Index
from tests.facts.keys import FOREIGN_KEYS, ForeignKey
from tests.facts.relationships import RELATIONSHIPS, Relationship
from tests.facts.tables import TABLES, Column, Table

__all__ = [
    "CHECKS",
    "FIELDS",
    "FOREIGN_KEYS",
    "INDEXES",
    "RELATIONSHIPS",
    "TABLES",
    "Check",
    "Column",
    "Field",
    "ForeignKey",
    "Index",
    "Relationship",
    "Table",
]
