"""
List what the migrated tables and types promise of every row, by the names people know it by.

What ``env.py`` leaves to others is theirs to keep, and so is Alembic's own table. A partition
promises what its table does; a foreign table promises nothing, because its server does not ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from schemaproof.catalog import (
    Column,
    Constraint,
    Domain,
    EnumType,
    Index,
    QualifiedName,
    Trigger,
    short_name,
)  # fmt: skip
from schemaproof.catalog.objects import TableObject
from schemaproof.history import application_tables, version_tables
from schemaproof.subject import Subject

Owned = TypeVar("Owned", bound=TableObject)


def offered_tables(subject: Subject) -> frozenset[QualifiedName]:
    """
    Return the tables to which rows are offered.
    """
    tables = application_tables(subject.catalog)
    return frozenset(tables) - (subject.scope.tables_left_out(tables) if tables else set())


def check_constraints(subject: Subject) -> dict[str, Constraint]:
    """
    Return the CHECKs of tables.
    """
    return _own(_of_form(subject, "check constraint"), subject)


def exclusions(subject: Subject) -> dict[str, Index]:
    """
    Return the indexes that refuse a row for what it has in common with another one.
    """
    excluding = {
        (constraint.table, constraint.name)
        for constraint in subject.catalog.constraints
        if constraint.form == "exclusion constraint" or constraint.is_temporal
    }
    return {
        name: index
        for name, index in _behind(subject).items()
        if (index.table, index.constraint) in excluding
    }


def unique_keys(subject: Subject) -> dict[str, Index]:
    """
    Return the indexes of primary keys and unique constraints, and those that are unique alone.
    """
    others = exclusions(subject)
    return {
        name: index
        for name, index in _behind(subject).items()
        if index.is_unique and name not in others
    }


def required_columns(subject: Subject) -> dict[str, Column]:
    """
    Return the columns that are NOT NULL.
    """
    return _own((column for column in subject.catalog.columns if not column.is_nullable), subject)


def data_types(subject: Subject) -> dict[str, Domain | EnumType]:
    """
    Return the enums and domains.
    """
    types: tuple[Domain | EnumType, ...] = (*subject.catalog.domains, *subject.catalog.enum_types)
    return {short_name(one.qualified_name): one for one in types}


def triggers(subject: Subject) -> dict[str, Trigger]:
    """
    Return the triggers, of views too; a partition's copy is spoken of by its table's.
    """
    bookkeeping = version_tables(subject.catalog)
    return {
        f"{short_name(trigger.table)}.{trigger.name}": trigger
        for trigger in subject.catalog.triggers
        if not trigger.is_inherited and trigger.table not in bookkeeping
    }


def _of_form(subject: Subject, form: str) -> Iterable[Constraint]:
    return (one for one in subject.catalog.constraints if one.form == form)


def _own(found: Iterable[Owned], subject: Subject) -> dict[str, Owned]:
    tables = offered_tables(subject)
    return {f"{short_name(one.table)}.{one.name}": one for one in found if one.table in tables}


def _behind(subject: Subject) -> dict[str, Index]:
    tables = offered_tables(subject)
    return {
        f"{short_name(index.table)}.{index.name}": index
        for index in subject.catalog.indexes
        if index.table in tables
    }
