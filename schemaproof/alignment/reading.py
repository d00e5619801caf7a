"""
Read every row of a table through a schema, each as one request would.

Source: https://docs.pydantic.dev/latest/concepts/models/#arbitrary-class-instances
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import PickleType, select, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapper, Session

from schemaproof.alignment.failures import named
from schemaproof.alignment.loading import load_on_purpose
from schemaproof.alignment.schema import Crash, Refusal, Schema
from schemaproof.alignment.shown import shown

Key = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Unread:
    """
    A row that the database holds and the schema does not read.

    Attributes:
        field: What the schema complains of, by its name in Python; empty if of the whole.
        row: What tells the row: the fields that are complained of, or its primary key.
        told: Why, in the words of the schema or the model.
    """

    field: str
    row: str
    told: str


@dataclass(kw_only=True)
class Reading:
    """
    What became of a table's rows.

    Attributes:
        rows: How many were read.
        unread: Those that were not, one for each field.
        unloadable: How many there were that no Python can load.
        obstacle: Why no row was tried; None if one was.
    """

    rows: int = 0
    unread: list[Unread] = field(default_factory=list)
    unloadable: int = 0
    obstacle: str | None = None


def read_all(connection: SqlalchemyConnection, schema: Schema) -> Reading:
    """
    Read each row of the schema's table.
    """
    reading = Reading()
    mapper = schema.alignment.mapper
    found: list[Unread] = []
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        load_on_purpose(session, mapper)
        keys = [tuple(row) for row in session.execute(select(*mapper.primary_key))]
        for key, row in _loaded(session, mapper, keys, reading):
            if isinstance(row, str):
                found.append(Unread(field="", row=_key_shown(mapper, key), told=row))
                continue
            try:
                schema.read(row)
            except (Refusal, Crash) as error:
                found.extend(_unread(schema, row, key, error))
            else:
                reading.rows += 1
    reading.unread = [*_one_of_each(found)]
    if not reading.rows and not reading.unread:
        reading.obstacle = "the table took no row that the class can load"
    return reading


def _loaded(
    session: Session, mapper: Mapper[Any], keys: Sequence[Key], reading: Reading
) -> Iterator[tuple[Key, Any]]:
    # One query for all; one row that cannot be loaded spoils it, and halves show which.
    if not keys:
        return
    query = select(mapper.class_).where(tuple_(*mapper.primary_key).in_(keys))
    try:
        with session.begin_nested():
            rows = session.scalars(query).unique().all()
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        if len(keys) > 1:
            middle = len(keys) // 2
            yield from _loaded(session, mapper, keys[:middle], reading)
            yield from _loaded(session, mapper, keys[middle:], reading)
            return
        cause = getattr(error, "orig", None) or error
        if _is_nobodys(cause, mapper):
            reading.unloadable += 1
        else:
            yield keys[0], f"the model cannot load it: {named(cause)}"
        return
    yield from ((tuple(mapper.primary_key_from_instance(row)), row) for row in rows)


def _is_nobodys(cause: BaseException, mapper: Mapper[Any]) -> bool:
    """Tell whether no application could have the value: Python has none, or nobody pickled it."""
    if isinstance(cause, psycopg.Error):
        return isinstance(cause, psycopg.DataError) and cause.sqlstate is None
    return any(isinstance(column.type, PickleType) for column in mapper.columns)


def _unread(schema: Schema, row: Any, key: Key, error: Refusal | Crash) -> Iterator[Unread]:
    complaints = error.complaints if isinstance(error, Refusal) else {}
    whole = _key_shown(schema.alignment.mapper, key)
    if not complaints:
        yield Unread(field="", row=whole, told=str(error))
    for name, told in complaints.items():
        field = next(one for one in schema.fields if name in one.called)
        is_column = field.attribute in schema.alignment.mapper.column_attrs
        value = getattr(row, field.attribute) if is_column else None
        shows = f"{field.attribute} = {shown(value)}" if is_column else whole
        yield Unread(field=field.name, row=shows, told=told)


def _key_shown(mapper: Mapper[Any], key: Key) -> str:
    names = [column.name for column in mapper.primary_key]
    return ", ".join(f"{name} = {shown(one)}" for name, one in zip(names, key, strict=True))


def _one_of_each(found: list[Unread]) -> Iterator[Unread]:
    # The shortest is the simplest.
    by_field: dict[str, Unread] = {}
    for unread in sorted(found, key=lambda one: len(one.row)):
        by_field.setdefault(unread.field, unread)
    yield from (by_field[name] for name in sorted(by_field))
