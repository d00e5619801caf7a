"""
Tell what a database really contains: one snapshot, and the difference of two.

`snapshot` reads the whole catalogue with a single SQL statement into frozen records, a `Follower`
reads again only what changed since; `difference` compares two snapshots in PostgreSQL's own words.
Nothing here parses SQL: the server has
already written every expression in one normal form.

Seen: schemas, tables, columns, constraints, indexes, sequences, views, functions, triggers, rules,
policies, types, collations, casts, operators and their classes, text search dictionaries and
configurations, foreign servers, user mappings, publications, extended statistics, extensions, event
triggers, default privileges; owners, privileges and comments of these. Not seen: tablespaces,
subscriptions, what needs a library of its own (base types, languages, access methods, text search
parsers and templates), what lies in operator families beyond their classes, conversions,
transforms, security labels, roles and settings.
"""

from schemaproof.catalog.access import DefaultPrivileges, Extension, Policy
from schemaproof.catalog.consequences import Difference
from schemaproof.catalog.constraints import Constraint, ForeignKey
from schemaproof.catalog.datatypes import CompositeType, Domain, EnumType, RangeType
from schemaproof.catalog.difference import difference
from schemaproof.catalog.follower import Follower
from schemaproof.catalog.foreign import DataWrapper, ForeignServer, Publication, UserMapping
from schemaproof.catalog.indexes import Index, IndexKey, Statistics
from schemaproof.catalog.made_up import GivenName, with_names_of
from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName, quote_identifier, short_name
from schemaproof.catalog.objects import CatalogObject, facet_of
from schemaproof.catalog.operators import Cast, Collation, Operator, OperatorClass
from schemaproof.catalog.relations import Sequence, View
from schemaproof.catalog.routines import EventTrigger, Function, Rule, Trigger
from schemaproof.catalog.searching import SearchConfiguration, SearchDictionary
from schemaproof.catalog.snapshot import snapshot
from schemaproof.catalog.tables import Column, Schema, Table

__all__ = [
    "Cast",
    "Catalog",
    "CatalogObject",
    "Collation",
    "Column",
    "CompositeType",
    "Constraint",
    "DataWrapper",
    "DefaultPrivileges",
    "Difference",
    "Domain",
    "EnumType",
    "EventTrigger",
    "Extension",
    "Follower",
    "ForeignKey",
    "ForeignServer",
    "Function",
    "GivenName",
    "Index",
    "IndexKey",
    "Operator",
    "OperatorClass",
    "Policy",
    "Publication",
    "QualifiedName",
    "RangeType",
    "Rule",
    "Schema",
    "SearchConfiguration",
    "SearchDictionary",
    "Sequence",
    "Statistics",
    "Table",
    "Trigger",
    "UserMapping",
    "View",
    "difference",
    "facet_of",
    "quote_identifier",
    "short_name",
    "snapshot",
    "with_names_of",
]
