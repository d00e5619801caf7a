"""
Fill tables with rows of every kind: the extremes of each type, and each state of an enumeration.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from contextlib import suppress

import psycopg
from psycopg import sql

from schemaproof.alignment.judging import refusals_of
from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows import NoRowFound, RowMaker, Shapes, furnish
from schemaproof.rows.candidates import candidates, checks_on
from schemaproof.rows.kinds import MOMENT_TYPES, plain_type
from schemaproof.rows.statements import bare_relation, listed

# Where Python's times begin and end.
FIRST, PAST = "0001-01-01", "10000-01-01"
ROW_WANTED = "say which row it takes in [[tool.schemaproof.hints]]"


def fill(
    catalog: Catalog, connection: Connection, tables: Sequence[QualifiedName], shapes: Shapes
) -> dict[QualifiedName, str]:
    """
    Insert rows into the tables, and tell of each that took none, why.
    """
    serial = itertools.count(1)
    rows, refused = furnish(catalog, connection, tables, serial, shapes)
    maker = RowMaker(
        catalog=catalog, connection=connection, shapes=shapes, with_states=False, serial=serial
    )
    for table in tables:
        parents = next((row.references(catalog) for row in rows if row.table == table), {})
        columns = [
            [(c.name, text) for text in _states(c, catalog, connection)]
            for c in catalog.columns_of(table)
        ]
        for row in itertools.zip_longest(*columns):
            values = dict(pair for pair in row if pair is not None)
            with suppress(NoRowFound, psycopg.Error), connection.transaction():
                maker.insert(table, {**parents, **values})
    return refused


def drop_timeless(
    catalog: Catalog, connection: Connection, tables: Sequence[QualifiedName]
) -> dict[QualifiedName, int]:
    """
    Delete the rows with times that Python has no value for, and tell how many each table had.

    No schema could read them: the driver raises before it is asked.
    """
    return {table: _dropped(table, catalog, connection) for table in tables}


def _dropped(table: QualifiedName, catalog: Catalog, connection: Connection) -> int:
    conditions = [
        sql.SQL("NOT isfinite({0}) OR {0} < {1} OR {0} >= {2}").format(
            sql.Identifier(column.name), sql.Literal(FIRST), sql.Literal(PAST)
        )
        for column in catalog.columns_of(table)
        if plain_type(column) in MOMENT_TYPES
    ]
    if not conditions:
        return 0
    statement = sql.SQL("DELETE FROM {} WHERE {}").format(
        bare_relation(table), listed(conditions, " OR ")
    )
    try:
        with connection.transaction():
            return connection.execute(statement).rowcount
    except psycopg.Error:  # they are held by others, and found one by one
        return 0


def _states(column: Column, catalog: Catalog, connection: Connection) -> list[str]:
    is_limited = column.type_kind == "enum" or bool(checks_on(column, catalog))
    if not is_limited or column.generated is not None:
        return []
    offered = candidates(column, catalog)
    if column.type_name in {"json", "jsonb"}:
        offered = tuple(text for text in offered if _is_json(text))
    answers = refusals_of(column, catalog, connection, offered)
    return [text for text, refusal in answers.items() if not refusal]


def _is_json(text: str) -> bool:
    with suppress(ValueError):
        json.loads(text)
        return True
    return False
