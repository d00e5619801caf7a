"""
Tell which names of constraints, indexes and sequences the models give.

What has none gets one from PostgreSQL, which nobody has promised. A naming convention gives names
too: SQLAlchemy puts them on the constraint as it joins the table.

Source: https://docs.sqlalchemy.org/en/20/core/constraints.html#configuring-constraint-naming-conventions
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import MetaData, Sequence, Table
from sqlalchemy.dialects.postgresql.base import PGDialect, PGIdentifierPreparer

from schemaproof.catalog import GivenName, QualifiedName


def given_names(metadata: MetaData) -> frozenset[GivenName]:
    """
    Return each name together with the table that it is used on.
    """
    return frozenset(
        (QualifiedName(table.schema or "public", table.name), name)
        for table in metadata.tables.values()
        for name in _names(table)
    )


def _names(table: Table) -> Iterator[str]:
    # A name that is too long for PostgreSQL is cut here as it is in the statement.
    preparer = PGIdentifierPreparer(PGDialect())  # type: ignore[no-untyped-call] # SQLAlchemy's
    for constraint in table.constraints:
        name = constraint.name and preparer.format_constraint(constraint)
        if name:
            yield _unquoted(name)
    for index in table.indexes:
        if index.name is not None:
            yield _unquoted(preparer.format_index(index))
    for column in table.columns:
        if isinstance(column.default, Sequence):
            yield column.default.name


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
