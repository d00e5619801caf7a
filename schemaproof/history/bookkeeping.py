"""
Recognise the table in which Alembic keeps where a database is.

Source: https://alembic.sqlalchemy.org/en/latest/api/runtime.html
"""

from __future__ import annotations

from schemaproof.catalog import Catalog, QualifiedName


def version_tables(catalog: Catalog) -> frozenset[QualifiedName]:
    """
    Return Alembic's own table, under whatever name and schema the project gave it.
    """
    return frozenset(
        table.qualified_name
        for table in catalog.tables
        if [column.name for column in catalog.columns_of(table.qualified_name)] == ["version_num"]
    )


def application_tables(catalog: Catalog) -> tuple[QualifiedName, ...]:
    """
    Return the tables that hold the application's rows; a partition is spoken of by its parent.
    """
    bookkeeping = version_tables(catalog)
    return tuple(
        table.qualified_name
        for table in catalog.tables
        if table.form != "foreign"
        and table.partition_bound is None
        and table.qualified_name not in bookkeeping
    )
