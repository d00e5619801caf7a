"""
Make one row of a table with everything that it refers to, and tell its values as Python has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from schemaproof.alignment.schema import Json
from schemaproof.catalog import QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows import Row, RowMaker
from schemaproof.rows.statements import equations, listed, relation, value


@dataclass(frozen=True, kw_only=True)
class Example:
    """
    One row, and rows for all that a row of its table may refer to.

    Attributes:
        row: The row, as text.
        values: Its values as the driver returns them, by column.
        references: The columns that refer to other rows.
    """

    row: Row
    values: Mapping[str, Any]
    references: frozenset[str]


def make_example(maker: RowMaker, table: QualifiedName) -> Example:
    """
    Insert a row whose foreign keys all refer to rows, where they can.

    Raises:
        NoRowFound: No acceptable row was found.
        psycopg.Error: The server refused the row for another reason.
    """
    keys = maker.catalog.foreign_keys_of(table)
    given: dict[str, str | None] = {}
    row = maker.insert(table)
    optional = [key for key in keys if any(row.values[name] is None for name in key.columns)]
    for key in optional:
        try:
            with maker.connection.transaction():
                parent = maker.referable(key)
        except psycopg.Error:
            continue
        given |= parent.pointed_at_by(key)
    if given:
        row = maker.insert(table, given)
    return Example(
        row=row,
        values=typed(row, maker),
        references=frozenset(name for key in keys for name in key.columns),
    )


def delete_example(example: Example, maker: RowMaker) -> None:
    """
    Delete the row itself, so that another one may refer to the same rows; not if that is forbidden.
    """
    types = maker.catalog.types_of(example.row.table)
    key = maker.catalog.primary_key_of(example.row.table)
    if not key:
        return
    statement = sql.SQL("DELETE FROM {} WHERE {}").format(
        relation(example.row.table), equations({name: types[name] for name in key}, " AND ")
    )
    try:
        with maker.connection.transaction():
            maker.connection.execute(statement, example.row.take(key))
    except psycopg.Error:
        pass  # it stays, and what must be unique is told apart by its values


def as_json(found: Any) -> Json:
    """
    Return a value as a payload carries it.
    """
    return found if isinstance(found, bool | int | float | str | list | dict | None) else str(found)


def typed(row: Row, maker: RowMaker) -> dict[str, Any]:
    """
    Return a row's values as the driver returns them.
    """
    types = maker.catalog.types_of(row.table)
    query = sql.SQL("SELECT {}").format(listed(value(types[name]) for name in row.values))
    connection: Connection = maker.connection
    found = connection.execute(query, [*row.values.values()]).fetchone()
    return dict(zip(row.values, found or (), strict=True))
