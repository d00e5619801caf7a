"""
Say what a user of a table does there: read a row, write it, insert one and delete it again.

Nothing that a user does is to be seen afterwards: a row is updated to what it was, an insert is
rolled back. Each request is what an application sends: by key, with the columns that it knows,
through a driver that prepares what it sends often.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from psycopg import sql

from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows import Multiplied
from schemaproof.rows.statements import equations, listed, name, relation

# So many rows are asked for in turn.
ROWS = 64

Send = Callable[[Connection], None]


@dataclass(frozen=True, kw_only=True)
class Requests:
    """
    What the users of one table do, each request as a function of a connection.

    Attributes:
        table: The table.
        reads: Reads.
        writes: Writes.
    """

    table: QualifiedName
    reads: tuple[Send, ...]
    writes: tuple[Send, ...]


def requests_of(
    table: QualifiedName, catalog: Catalog, connection: Connection, grown: Multiplied | None
) -> Requests:
    """
    Return what users do to a table, by the keys of rows that it holds now.
    """
    key = catalog.primary_key_of(table)
    columns = listed(name(column.name) for column in catalog.columns_of(table))
    one = sql.SQL("SELECT {} FROM {}").format(columns, relation(table))
    if not key:
        return Requests(
            table=table,
            reads=(_plain(one + sql.SQL(" LIMIT 3")),),
            writes=(*_inserts(table, None, (), grown),),
        )
    types = catalog.types_of(table)
    where = sql.SQL(" WHERE {}").format(equations({each: types[each] for each in key}, " AND "))
    keys = _keys(table, key, connection)
    writes: list[Send] = []
    column = _written(table, catalog)
    if column is not None:
        update = sql.SQL("UPDATE {} SET {} = {}").format(
            relation(table), name(column.name), name(column.name)
        )
        writes.append(_keyed(update + where, itertools.cycle(keys)))
    return Requests(
        table=table,
        reads=(_keyed(one + where, itertools.cycle(keys)),),
        writes=(*writes, *_inserts(table, where, key, grown)),
    )


def _keys(
    table: QualifiedName, key: tuple[str, ...], connection: Connection
) -> list[tuple[str, ...]]:
    query = sql.SQL(
        "SELECT {} FROM {} WHERE random() * (SELECT count(*) FROM {}) < {} LIMIT {}"
    ).format(
        _texts(key),
        sql.Identifier(table.schema, table.name),
        sql.Identifier(table.schema, table.name),
        sql.Literal(2 * ROWS),
        sql.Literal(ROWS),
    )
    # Of a table without rows nothing is found, which is a request too.
    return connection.execute(query).fetchall() or [(None,) * len(key)]


def _written(table: QualifiedName, catalog: Catalog) -> Column | None:
    keys = {key.column for index in catalog.indexes_of(table) for key in index.keys}
    free = [
        column
        for column in catalog.columns_of(table)
        if column.generated is None and column.identity_generation != "ALWAYS"
    ]
    # Most updates change no indexed column.
    return min(free, key=lambda column: column.name in keys, default=None)


def _keyed(statement: sql.Composed, rows: Iterator[tuple[str, ...]]) -> Send:
    text = statement.as_bytes()

    def send(connection: Connection) -> None:
        connection.execute(text, next(rows))

    return send


def _plain(statement: sql.Composed) -> Send:
    text = statement.as_bytes()

    def send(connection: Connection) -> None:
        connection.execute(text, ())

    return send


def _inserts(
    table: QualifiedName, where: sql.Composed | None, key: Iterable[str], grown: Multiplied | None
) -> Iterator[Send]:
    if grown is None or grown.insert is None:
        return
    insert, delete = grown.insert, b""
    if where is not None:
        insert += sql.SQL(" RETURNING {}").format(_texts(key))
        delete = (sql.SQL("DELETE FROM {}").format(relation(table)) + where).as_bytes()
    # Without parameters a per cent sign stands for itself.
    inserting = insert.as_bytes()

    def send(connection: Connection) -> None:
        with connection.transaction(force_rollback=True):
            cursor = connection.execute(inserting)
            if delete:
                connection.execute(delete, cursor.fetchone())

    yield send


def _texts(columns: Iterable[str]) -> sql.Composed:
    return listed(sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns)
