"""
Find what a field's name means on a mapped class: a column, a relationship, or code of its own.

Source: https://docs.sqlalchemy.org/en/20/orm/mapping_api.html#sqlalchemy.orm.Mapper.all_orm_descriptors
"""

from __future__ import annotations

import inspect
from typing import Any

from sqlalchemy import Column as DeclaredColumn
from sqlalchemy import Enum, MetaData, Table
from sqlalchemy.orm import ColumnProperty, Mapper, SynonymProperty, registry

from schemaproof.catalog import Catalog, Column, QualifiedName


def is_attribute(mapper: Mapper[Any], name: str, *, writes: bool) -> bool:
    """
    Tell whether objects of the mapped class have an attribute of that name.

    Args:
        mapper: The mapper.
        name: The name.
        writes: Whether it is to be set, not read.
    """
    if name in mapper.all_orm_descriptors:
        return True
    own = inspect.getattr_static(mapper.class_, name, None)
    # Every declarative class has these two, and a column of that name goes by another one.
    if own is None or isinstance(own, MetaData | registry):
        return False
    return not (writes and isinstance(own, property) and own.fset is None)


def declared_column(mapper: Mapper[Any], attribute: str) -> DeclaredColumn[Any] | None:
    """
    Return the column that the model declares behind an attribute; None if there is none.
    """
    found = mapper.attrs.get(attribute)
    if isinstance(found, SynonymProperty):
        found = mapper.attrs.get(found.name)
    declared = found.columns[0] if isinstance(found, ColumnProperty) else None
    return declared if isinstance(declared, DeclaredColumn) else None  # else an expression


def column_of(mapper: Mapper[Any], attribute: str, catalog: Catalog) -> Column | None:
    """
    Return the column of the database behind an attribute; None if there is none.
    """
    declared = declared_column(mapper, attribute)
    if declared is None:
        return None
    table = QualifiedName(declared.table.schema or "public", declared.table.name)
    return next(
        (column for column in catalog.columns_of(table) if column.name == declared.name), None
    )


def members_of(mapper: Mapper[Any], attribute: str) -> dict[str, Any]:
    """
    Return the members of the Python enumeration that a column is mapped to, by its labels.
    """
    found = mapper.attrs.get(attribute)
    kind = found.columns[0].type if isinstance(found, ColumnProperty) else None
    if not isinstance(kind, Enum) or kind.enum_class is None:
        return {}
    # Labels are the members' names unless the type was told otherwise; their order is the same.
    return dict(zip(kind.enums, kind.enum_class.__members__.values(), strict=False))


def attribute_of(mapper: Mapper[Any], column: Column) -> str | None:
    """
    Return the attribute that a column is mapped as; None if it is not mapped.
    """
    for found in mapper.column_attrs:
        for declared in found.columns:
            named = (getattr(getattr(declared, "table", None), "name", None), declared.name)
            if named == (column.table.name, column.name):
                return found.key
    return None


def table_of(mapper: Mapper[Any]) -> QualifiedName | None:
    """
    Return the table of the mapped class; None if it is mapped to a query or a join.
    """
    local = mapper.local_table
    name = getattr(local, "name", None)
    return None if name is None else QualifiedName(getattr(local, "schema", None) or "public", name)


def what_is_missing(mapper: Mapper[Any], catalog: Catalog) -> str | None:
    """
    Say what the class is mapped to and the database has not; None if nothing.

    Whoever forgot it is for drift to tell; until then no object of the class can be loaded.
    """
    if table_of(mapper) is None:
        return "the class is mapped to no table of its own; try it in a test of your own"
    for declared in (each for each in mapper.tables if isinstance(each, Table)):
        table = QualifiedName(declared.schema or "public", declared.name)
        there = catalog.types_of(table)
        for lost in (column.name for column in declared.columns if column.name not in there):
            what = f"column {lost} of {table.name}" if there else f"table {table.name}"
            told = "drift/models-match-migrations tells of it"
            return f"the database has no {what}, which the class is mapped to; {told}"
    return None
