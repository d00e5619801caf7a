"""
Hold one snapshot: every record, and the ways in which they are looked up.

Lookups go through dictionaries that are built on first use, so that a check over a thousand tables
stays linear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TypeVar

from schemaproof.catalog.access import DefaultPrivileges, Extension, Policy
from schemaproof.catalog.constraints import Constraint, ForeignKey
from schemaproof.catalog.datatypes import CompositeType, Domain, EnumType, RangeType
from schemaproof.catalog.foreign import DataWrapper, ForeignServer, Publication, UserMapping
from schemaproof.catalog.indexes import Index, Statistics
from schemaproof.catalog.names import QualifiedName
from schemaproof.catalog.objects import CatalogObject
from schemaproof.catalog.operators import Cast, Collation, Operator, OperatorClass
from schemaproof.catalog.relations import Sequence, View
from schemaproof.catalog.routines import EventTrigger, Function, Rule, Trigger
from schemaproof.catalog.searching import SearchConfiguration, SearchDictionary
from schemaproof.catalog.tables import Column, Schema, Table

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """
    What one database contained at one moment.

    PostgreSQL's own schemas and the members of extensions are left out. Every tuple is sorted by
    name, columns by their place in the table. Two catalogues are equal if all records are; the
    server's version does not count.

    Attributes:
        server_version: As ``server_version_num``, e.g. 180006 for 18.6.
        schemas: The schemas.
        tables: Ordinary, partitioned and foreign tables.
        columns: The columns of those tables.
        constraints: Their constraints of every kind, foreign keys included.
        indexes: The indexes of tables and materialized views, those behind constraints included.
        sequences: The sequences, those of identity columns included.
        views: Views and materialized views.
        functions: Functions, procedures, aggregates and window functions.
        triggers: Triggers that someone made.
        rules: Rewrite rules that someone made.
        policies: Row security policies.
        enum_types: Enum types.
        domains: Domains.
        composite_types: Composite types that stand alone.
        range_types: Range types.
        collations: Collations.
        casts: Casts that someone made.
        operators: Operators.
        operator_classes: Operator classes.
        search_dictionaries: Text search dictionaries.
        search_configurations: Text search configurations.
        data_wrappers: Foreign-data wrappers.
        foreign_servers: Foreign servers.
        user_mappings: As whom roles go to foreign servers.
        publications: Publications.
        statistics: Extended statistics objects.
        extensions: Extensions.
        event_triggers: Event triggers.
        default_privileges: What ALTER DEFAULT PRIVILEGES has set.
    """

    server_version: int = field(compare=False)
    schemas: tuple[Schema, ...] = ()
    tables: tuple[Table, ...] = ()
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    views: tuple[View, ...] = ()
    functions: tuple[Function, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    rules: tuple[Rule, ...] = ()
    policies: tuple[Policy, ...] = ()
    enum_types: tuple[EnumType, ...] = ()
    domains: tuple[Domain, ...] = ()
    composite_types: tuple[CompositeType, ...] = ()
    range_types: tuple[RangeType, ...] = ()
    collations: tuple[Collation, ...] = ()
    casts: tuple[Cast, ...] = ()
    operators: tuple[Operator, ...] = ()
    operator_classes: tuple[OperatorClass, ...] = ()
    search_dictionaries: tuple[SearchDictionary, ...] = ()
    search_configurations: tuple[SearchConfiguration, ...] = ()
    data_wrappers: tuple[DataWrapper, ...] = ()
    foreign_servers: tuple[ForeignServer, ...] = ()
    user_mappings: tuple[UserMapping, ...] = ()
    publications: tuple[Publication, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    extensions: tuple[Extension, ...] = ()
    event_triggers: tuple[EventTrigger, ...] = ()
    default_privileges: tuple[DefaultPrivileges, ...] = ()

    def __iter__(self) -> Iterator[CatalogObject]:
        """
        Every object of every kind.
        """
        for each in fields(self)[1:]:
            yield from getattr(self, each.name)

    def besides(self, other: Catalog) -> Iterator[CatalogObject]:
        """
        Every object that is not the very same record in another catalogue.

        What has not changed between two snapshots as a rule is, and most has not changed.
        """
        for each in fields(self)[1:]:
            ours, theirs = getattr(self, each.name), getattr(other, each.name)
            if ours is not theirs:
                shared = {*map(id, theirs)}
                yield from (one for one in ours if id(one) not in shared)

    @cached_property
    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """
        The constraints that are foreign keys.
        """
        return tuple(each for each in self.constraints if isinstance(each, ForeignKey))

    def table(self, schema: str, name: str) -> Table | None:
        """
        Return the table of this name, or None.
        """
        return self._tables.get(QualifiedName(schema, name))

    def columns_of(self, table: QualifiedName) -> tuple[Column, ...]:
        """
        Return a table's columns, in the order of the table.
        """
        return self._columns.get(table, ())

    def types_of(self, table: QualifiedName) -> dict[str, str]:
        """
        Return the types of a table's columns by the columns' names, in the order of the table.
        """
        return {column.name: column.type for column in self.columns_of(table)}

    def primary_key_of(self, table: QualifiedName) -> tuple[str, ...]:
        """
        Return the columns of a table's primary key; empty if it has none.
        """
        constraints = self.constraints_of(table)
        return next((each.columns for each in constraints if each.kind == "primary key"), ())

    def constraints_of(self, table: QualifiedName) -> tuple[Constraint, ...]:
        """
        Return a table's constraints of every kind, foreign keys included.
        """
        return self._constraints.get(table, ())

    def foreign_keys_of(self, table: QualifiedName) -> tuple[ForeignKey, ...]:
        """
        Return the foreign keys that a table has.
        """
        return self._foreign_keys.get(table, ())

    def foreign_keys_to(self, table: QualifiedName) -> tuple[ForeignKey, ...]:
        """
        Return the foreign keys, of any table, that refer to this one.
        """
        return self._foreign_keys_to.get(table, ())

    def indexes_of(self, table: QualifiedName) -> tuple[Index, ...]:
        """
        Return the indexes of a table or materialized view.
        """
        return self._indexes.get(table, ())

    def triggers_of(self, table: QualifiedName) -> tuple[Trigger, ...]:
        """
        Return the triggers of a table or view.
        """
        return self._triggers.get(table, ())

    @cached_property
    def _tables(self) -> Mapping[QualifiedName, Table]:
        return {table.qualified_name: table for table in self.tables}

    @cached_property
    def _columns(self) -> Mapping[QualifiedName, tuple[Column, ...]]:
        return _grouped((each.table, each) for each in self.columns)

    @cached_property
    def _constraints(self) -> Mapping[QualifiedName, tuple[Constraint, ...]]:
        return _grouped((each.table, each) for each in self.constraints)

    @cached_property
    def _foreign_keys(self) -> Mapping[QualifiedName, tuple[ForeignKey, ...]]:
        return _grouped((each.table, each) for each in self.foreign_keys)

    @cached_property
    def _foreign_keys_to(self) -> Mapping[QualifiedName, tuple[ForeignKey, ...]]:
        return _grouped((each.target, each) for each in self.foreign_keys)

    @cached_property
    def _indexes(self) -> Mapping[QualifiedName, tuple[Index, ...]]:
        return _grouped((each.table, each) for each in self.indexes)

    @cached_property
    def _triggers(self) -> Mapping[QualifiedName, tuple[Trigger, ...]]:
        return _grouped((each.table, each) for each in self.triggers)


def _grouped(pairs: Iterable[tuple[QualifiedName, _T]]) -> Mapping[QualifiedName, tuple[_T, ...]]:
    groups: dict[QualifiedName, list[_T]] = {}
    for name, each in pairs:
        groups.setdefault(name, []).append(each)
    return {name: tuple(group) for name, group in groups.items()}
