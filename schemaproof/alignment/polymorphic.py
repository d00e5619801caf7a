"""
Make rows of a table rows of one class, where the classes of a hierarchy share tables.

Source: https://docs.sqlalchemy.org/en/20/orm/inheritance.html
"""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import Column, Connection, Enum, Table, select, tuple_, update
from sqlalchemy.orm import Mapper


def identities_of(mapper: Mapper[Any], attribute: str) -> frozenset[str]:
    """
    Return what an attribute may hold in rows of the class, if it is what tells the classes apart.
    """
    told_by = mapper.polymorphic_on
    found = mapper.attrs.get(attribute)
    if not isinstance(told_by, Column) or told_by not in getattr(found, "columns", ()):
        return frozenset()
    own = (one.polymorphic_identity for one in mapper.self_and_descendants)
    return frozenset(
        one.name if isinstance(one, enum.Enum) and isinstance(told_by.type, Enum) else str(one)
        for one in own
        if one is not None
    )


def take_identity(mapper: Mapper[Any], connection: Connection) -> None:
    """
    Write into every row of the class's table that it is the class's, if a column tells that.
    """
    told_by = mapper.polymorphic_on
    if not isinstance(told_by, Column) or mapper.polymorphic_identity is None:
        return
    statement = update(told_by.table).values({told_by: mapper.polymorphic_identity})
    if isinstance(mapper.local_table, Table) and mapper.local_table is not told_by.table:
        own = select(*mapper.local_table.primary_key)
        statement = statement.where(tuple_(*told_by.table.primary_key).in_(own))
    connection.execute(statement)
