"""
Tell what a database really contains: one snapshot, and the difference of two.

`snapshot` reads the whole catalogue with a single SQL statement into frozen records, a `Follower`
reads again only what changed since; `difference` compares two snapshots in PostgreSQL's own words.
Nothing here parses SQL: the server has
already written every expression in one normal form.

Seen: schemas, tables, columns, constraints, indexes, sequences, views, functions, triggers, rules,
policies, types, extended statistics, extensions, event triggers, default privileges; owners,
privileges and comments of these. Not seen: tablespaces, operators and their classes, casts,
collations, text search, publications and subscriptions, foreign servers, base types, languages,
roles and settings.
"""

from schemaproof.catalog.access import DefaultPrivileges, Extension, Policy
from schemaproof.catalog.consequences import Difference
from schemaproof.catalog.constraints import Constraint, ForeignKey
from schemaproof.catalog.datatypes import CompositeType, Domain, EnumType, RangeType
from schemaproof.catalog.difference import difference
from schemaproof.catalog.follower import Follower
from schemaproof.catalog.indexes import Index, IndexKey, Statistics
from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName, quote_identifier
from schemaproof.catalog.objects import CatalogObject
from schemaproof.catalog.relations import Sequence, View
from schemaproof.catalog.routines import EventTrigger, Function, Rule, Trigger
from schemaproof.catalog.snapshot import snapshot
from schemaproof.catalog.tables import Column, Schema, Table

__all__ = [
    "Catalog",
    "CatalogObject",
    "Column",
    "CompositeType",
    "Constraint",
    "DefaultPrivileges",
    "Difference",
    "Domain",
    "EnumType",
    "EventTrigger",
    "Extension",
    "Follower",
    "ForeignKey",
    "Function",
    "Index",
    "IndexKey",
    "Policy",
    "QualifiedName",
    "RangeType",
    "Rule",
    "Schema",
    "Sequence",
    "Statistics",
    "Table",
    "Trigger",
    "View",
    "difference",
    "quote_identifier",
    "snapshot",
]
