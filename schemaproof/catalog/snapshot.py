"""
Read a whole catalogue with one SQL statement.

Each file in ``sql/`` is one plain query whose columns are the fields of one kind of record. They
are joined here into a single statement that returns one text, an object a line, because a round
trip per kind would cost more than the reading. The statement pins the settings that change how
PostgreSQL spells a definition (``search_path`` above all) and puts them back before it returns, so
that the text does not depend on the session and the session does not notice.

What was read before is not decoded again: equal lines give the very same record, which makes a
second snapshot of an almost unchanged database, and the comparison of the two, cheap.

The statement is prepared, because planning it costs more than running it. psycopg forgets prepared
statements after DROP, ALTER and ROLLBACK; the next snapshot then plans it anew.

Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cache, lru_cache, partial
from importlib import resources
from typing import Any, get_args, get_type_hints

import psycopg
from psycopg.rows import tuple_row
from sqlalchemy import Connection as SqlalchemyConnection

from schemaproof.catalog.constraints import ForeignKey
from schemaproof.catalog.indexes import IndexKey
from schemaproof.catalog.merging import RELATIONAL
from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName
from schemaproof.catalog.objects import CatalogObject

_Convert = Callable[[Any], Any]

AnyConnection = psycopg.Connection[Any] | SqlalchemyConnection

# Sends a statement that returns one text; where it has OIDS, the second argument takes their place.
Ask = Callable[..., str]
OIDS = ":oids"


def snapshot(connection: psycopg.Connection[Any]) -> Catalog:
    """
    Read everything that the connection's database contains, in one statement.

    It sees what the connection's transaction sees. On a connection that is not in autocommit mode
    and has no transaction open, psycopg opens one, as for any other statement; nothing else about
    the session changes.
    """
    return read(asking(connection))


def asking(connection: AnyConnection) -> Ask:
    """
    Return a function that reads through a connection: of psycopg, or of SQLAlchemy with any driver.
    """
    if isinstance(connection, psycopg.Connection):
        return partial(_ask_psycopg, connection)
    return partial(_ask_sqlalchemy, connection)


def _ask_psycopg(
    connection: psycopg.Connection[Any], statement: str, oids: Sequence[int] | None = None
) -> str:
    given = None if oids is None else [[*oids]]
    text = statement if given is None else statement.replace("%", "%%").replace(OIDS, "%s")
    with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
        row = cursor.execute(text.encode(), given, prepare=True).fetchone()
    assert row is not None  # noqa: S101 - each of our statements returns one row
    return str(row[0])


def _ask_sqlalchemy(
    connection: SqlalchemyConnection, statement: str, oids: Sequence[int] | None = None
) -> str:
    text = statement.replace(OIDS, f"'{{{','.join(map(str, oids or ()))}}}'")
    # With parameters, even an empty list, some drivers take a per cent sign for a placeholder.
    options = {"no_parameters": True}
    return str(connection.exec_driver_sql(text, execution_options=options).scalar_one())


def read(ask: Ask, oids: Sequence[int] | None = None) -> Catalog:
    """
    Read everything; or, of the relations with these OIDs alone, what belongs to them.
    """
    version, *lines = ask(_statement(is_whole=oids is None), oids).split("\n")
    found: dict[str, list[Any]] = {kind: [] for kind in _RECORDS}
    kind = ""
    for line in lines:
        if line in _RECORDS:
            kind = line
        else:
            found[kind].append(_record(kind, line))
    found["constraints"] += found.pop("foreign_keys")
    for kind, place in RELATIONAL.items():
        # As a rule they are sorted already: by bytes, which is our order too, but not in EUC_JP.
        found[kind].sort(key=place)
    records: dict[str, Any] = {kind: tuple(objects) for kind, objects in found.items()}
    return Catalog(server_version=int(version), **records)


@cache
def _statement(*, is_whole: bool) -> str:
    files = resources.files("schemaproof.catalog") / "sql"
    fragments = (
        f"'{kind}', (SELECT string_agg(row_to_json(it)::text, E'\\n') FROM (\n"
        f"{(files / f'{kind}.sql').read_text('utf-8')}"
        ") AS it)"
        for kind in _RECORDS
        if is_whole or kind in {*RELATIONAL, "foreign_keys"}
    )
    frame = (files / "_frame.sql").read_text("utf-8")
    chosen = "" if is_whole else f"AND class.oid = ANY ({OIDS}::oid[])"
    return frame.replace("{chosen}", chosen).replace("{fragments}", ",\n".join(fragments))


# 16384 records are the objects of some 200 tables, 30 MB at most; a larger schema is decoded anew.
@lru_cache(maxsize=16384)
def _record(kind: str, line: str) -> CatalogObject:
    row = json.loads(line)
    for name, convert in _conversions(kind):
        if name in row:
            row[name] = convert(row[name])
    return _RECORDS[kind](**row)


@cache
def _conversions(kind: str) -> tuple[tuple[str, _Convert], ...]:
    hints = get_type_hints(_RECORDS[kind])
    return tuple((name, _CONVERSIONS[hint]) for name, hint in hints.items() if hint in _CONVERSIONS)


def _index_key(parts: list[str | None]) -> IndexKey:
    column, expression, opclass, collation, descending, nulls_first = parts
    return IndexKey(
        column=column,
        expression=expression,
        opclass=opclass,
        collation=collation,
        is_descending=descending != "0",
        nulls_first=nulls_first != "0",
    )


# JSON has lists and NULLs where the records have tuples and names.
_CONVERSIONS: Mapping[Any, _Convert] = {
    QualifiedName: lambda value: QualifiedName(*value),
    QualifiedName | None: lambda value: value and QualifiedName(*value),
    tuple[QualifiedName, ...]: lambda value: tuple(QualifiedName(*each) for each in value),
    tuple[IndexKey, ...]: lambda value: tuple(_index_key(each) for each in value),
    tuple[str, ...]: lambda value: tuple(value or ()),
    tuple[str, ...] | None: lambda value: None if value is None else tuple(value),
}

_RECORDS: Mapping[str, type[CatalogObject]] = {
    "foreign_keys": ForeignKey,
    **{
        each.name: get_args(hint)[0]
        for each in fields(Catalog)
        for hint in (get_type_hints(Catalog)[each.name],)
        if get_args(hint)
    },
}
