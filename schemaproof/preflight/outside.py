"""
Find values that no constraint refuses and that a schema which reads them does not take.

What the schema's JSON schema says of a field (its members, its bounds, whether it may be null) is
asked of all rows in one pass. The values that it would not allow are then offered to the class
itself, a limited number: a validator may take more than the description says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import TypeDecorator

from schemaproof.alignment.attributes import declared_column, members_of, table_of
from schemaproof.alignment.declared import Alignment
from schemaproof.alignment.schema import Field, Schema
from schemaproof.alignment.values import field_spec
from schemaproof.catalog import QualifiedName
from schemaproof.preflight.answers import obstacle_of
from schemaproof.preflight.data import SHOWN_KEYS, Data
from schemaproof.preflight.described import Described
from schemaproof.preflight.limits import Column, Table
from schemaproof.preflight.source import KEY, as_it_is

MOST_VALUES = 50


@dataclass(frozen=True, kw_only=True)
class Outside:
    """
    A field that cannot read some of its column's values.

    Attributes:
        field: The field.
        table: The table.
        column: The column.
        values: How many values it cannot read.
        rows: In how many rows.
        is_more: Whether there may be more of both.
        keys: The keys of some of them.
    """

    field: str
    table: QualifiedName
    column: str
    values: int
    rows: int
    is_more: bool
    keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Unread:
    """
    Why a schema could not be held against the rows.

    Attributes:
        why: The reason.
    """

    why: str


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One field that says something of its column's values."""

    field: Field
    column: str
    allowed: sql.Composable
    is_null_asked: bool


def asked_fields(alignment: Alignment, data: Data) -> tuple[str, ...] | Unread:
    """
    Return the fields whose values are asked for, or why none can be.
    """
    found = _asked(Schema(alignment), data)
    return found if isinstance(found, Unread) else tuple(one.field.name for one in found)


def outside(alignment: Alignment, data: Data) -> Iterator[Outside | Unread]:
    """
    Yield the fields that cannot read some row.
    """
    schema = Schema(alignment)
    found = _asked(schema, data)
    if isinstance(found, Unread):
        yield found
        return
    table = _table(alignment, data)
    if not found or table is None:
        return
    try:
        bad = _with_bad_values(found, table, data)
        for one in bad:
            seen = _offered(one, schema, table, data)
            if seen is not None:
                yield seen
    except psycopg.Error as error:
        yield Unread(why=obstacle_of(error))


def _table(alignment: Alignment, data: Data) -> Table | None:
    name = table_of(alignment.mapper)
    return None if name is None else data.limits.table(name)


def _asked(schema: Schema, data: Data) -> tuple[_Asked, ...] | Unread:
    mapper = schema.alignment.mapper
    table = _table(schema.alignment, data)
    if table is None:
        return Unread(why="its class has no table of its own in this database")
    if mapper.polymorphic_on is not None:
        return Unread(why="rows of several classes share the table, and each has its own values")
    columns = {column.name: column for column in table.columns.values()}
    found = (_asked_of(field, schema, columns) for field in schema.fields)
    return tuple(one for one in found if one is not None)


def _asked_of(field: Field, schema: Schema, columns: Mapping[str, Column]) -> _Asked | None:
    mapper = schema.alignment.mapper
    declared = declared_column(mapper, field.attribute)
    # What the model converts is another value than the one in the table.
    if declared is None or isinstance(declared.type, TypeDecorator):
        return None
    column, spec = columns.get(declared.name), field_spec(schema, field)
    if column is None or declared.table is not mapper.local_table or not spec:
        return None
    about = Described(
        column=column,
        defs=schema.description.get("$defs", {}),
        labels=members_of(mapper, field.attribute),
    )
    allowed = about.allowed(spec)
    if allowed is None:
        return None
    is_null_asked = allowed == about.anything
    return _Asked(field=field, column=column.name, allowed=allowed, is_null_asked=is_null_asked)


def _with_bad_values(asked: tuple[_Asked, ...], table: Table, data: Data) -> list[_Asked]:
    flags = sql.SQL(", ").join(
        sql.SQL("coalesce(bool_or(NOT coalesce({}, false)), false)").format(one.allowed)
        for one in asked
    )
    rows = as_it_is(table).rows(data.limits)
    ((*found,),) = data.select(sql.SQL("SELECT {} FROM {}").format(flags, rows))
    return [one for one, is_bad in zip(asked, found, strict=True) if is_bad]


def _grouped(one: _Asked, table: Table, data: Data) -> list[tuple[Any, ...]]:
    # Some types cannot be grouped; of those only NULL is ever asked for.
    value = sql.Identifier(one.column)
    query = sql.SQL(
        "SELECT {value}, count(*), (array_agg({key}))[1:{shown}] FROM {rows}"
        " WHERE NOT coalesce({allowed}, false) GROUP BY 1 ORDER BY 2 DESC, min({key}) LIMIT {most}"
    ).format(
        value=sql.SQL("NULL") if one.is_null_asked else value,
        key=sql.Identifier(KEY),
        shown=sql.Literal(SHOWN_KEYS),
        rows=as_it_is(table).rows(data.limits),
        allowed=one.allowed,
        most=sql.Literal(MOST_VALUES + 1),
    )
    return data.select(query)


def _offered(one: _Asked, schema: Schema, table: Table, data: Data) -> Outside | None:
    groups = _grouped(one, table, data)
    labels = members_of(schema.alignment.mapper, one.field.attribute)
    refused = [
        (count, keys)
        for value, count, keys in groups[:MOST_VALUES]
        if schema.takes(one.field, labels.get(value, value) if labels else value, {}) is False
    ]
    if not refused:
        return None
    return Outside(
        field=one.field.name,
        table=table.name,
        column=one.column,
        values=len(refused),
        rows=sum(count for count, _ in refused),
        is_more=len(groups) > MOST_VALUES,
        keys=tuple(key for _, keys in refused for key in keys)[:SHOWN_KEYS],
    )
