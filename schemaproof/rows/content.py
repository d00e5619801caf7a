"""
Read what tables hold, and tell what is no longer held.

A fingerprint says cheaply whether a table was touched: it changes with every row that is written
and with every column that comes or goes, also where the same values came back.

Source: https://www.postgresql.org/docs/current/ddl-system-columns.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.statements import bare_relation, listed, name, relation, value

Rows = Sequence[Mapping[str, str | None]]


@dataclass(frozen=True, kw_only=True)
class Loss:
    """
    Values that a table had and has no longer.

    Attributes:
        table: The table.
        column: The column; None if whole rows are gone.
        lost: How many values, or rows.
        held: How many there were.
        example: One of them, and what is there instead.
    """

    table: QualifiedName
    column: str | None
    lost: int
    held: int
    example: str


def fingerprints(
    connection: Connection, tables: Iterable[QualifiedName]
) -> dict[QualifiedName, str]:
    """
    Return a text for each table that changes whenever the table does.
    """
    wanted = [*tables]
    if not wanted:
        return {}
    found: dict[QualifiedName, str] = {}
    # As many as a statement may have targets, with room to spare.
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        query = b"SELECT " + b", ".join(map(_fingerprint, some))
        with connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(query).fetchone() or ()
        found.update(zip(some, row, strict=True))
    return found


# A long history asks for the same tables hundreds of times.
@lru_cache(maxsize=4096)
def _fingerprint(table: QualifiedName) -> bytes:
    one = sql.SQL(
        "(SELECT concat_ws(' ', count(*), bit_xor(hashtidextended(ctid, xmin::text::bigint)),"
        " (SELECT bit_xor(hashtidextended(ctid, xmin::text::bigint))"
        " FROM pg_catalog.pg_attribute WHERE attrelid = {}::regclass))"
        " FROM {})"
    )
    return one.format(
        sql.Literal(bare_relation(table).as_string()), bare_relation(table)
    ).as_bytes()


def is_empty(fingerprint: str) -> bool:
    """
    Tell whether it is the fingerprint of a table without rows.
    """
    return fingerprint.startswith("0 ")


def read_content(connection: Connection, table: QualifiedName, columns: Iterable[str]) -> Rows:
    """
    Return every row of a table, each value as text.
    """
    names = [*columns]
    if not names:
        return []
    texts = listed(sql.SQL("{}::text").format(name(column)) for column in names)
    query = sql.SQL("SELECT {} FROM {}").format(texts, relation(table))
    with connection.cursor(row_factory=tuple_row) as cursor:
        # An empty list of parameters makes psycopg read the doubled per cent signs.
        return [dict(zip(names, row, strict=True)) for row in cursor.execute(query, [])]


def empty(connection: Connection, tables: Iterable[QualifiedName]) -> None:
    """
    Remove every row of these tables, and of those that refer to them.
    """
    names = listed(map(bare_relation, tables))
    if names.as_string():
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))


@contextmanager
def without_unvalidated(catalog: Catalog, connection: Connection) -> Iterator[None]:
    """
    Let rows in that are older than the constraints which are NOT VALID.
    """
    unvalidated = [each for each in catalog.constraints if not each.is_validated]
    for each in unvalidated:
        parts = (bare_relation(each.table), sql.Identifier(each.name))
        connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*parts))
    yield
    for each in unvalidated:
        statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
            bare_relation(each.table), sql.Identifier(each.name), sql.SQL(each.definition)
        )
        connection.execute(statement)


def insert_content(
    catalog: Catalog, connection: Connection, content: Mapping[QualifiedName, Rows]
) -> bool:
    """
    Insert rows as they were read, parents before children; return whether all were taken.
    """
    pending = [table for table, rows in content.items() if rows]
    with connection.transaction():
        while pending:
            refused = [
                table
                for table in pending
                if not _is_inserted(catalog, connection, table, content[table])
            ]
            if len(refused) == len(pending):
                return False
            pending = refused
    return True


def _is_inserted(
    catalog: Catalog, connection: Connection, table: QualifiedName, rows: Rows
) -> bool:
    # The rows may come from a schema that has more columns, or fewer.
    columns = [
        each
        for each in catalog.columns_of(table)
        if each.generated is None and each.name in rows[0]
    ]
    statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
        relation(table),
        listed(name(each.name) for each in columns),
        listed(value(each.type) for each in columns),
    )
    try:
        with connection.transaction():
            # Not executemany(): after an error its pipeline complains on standard error.
            for row in rows:
                connection.execute(statement, [row[each.name] for each in columns])
    except psycopg.Error:
        return False
    return True


def losses(table: QualifiedName, before: Rows, after: Rows, key: tuple[str, ...]) -> Iterator[Loss]:
    """
    Yield what ``before`` has and ``after`` has not: rows, or values in columns that both have.

    Args:
        table: The table.
        before: Its rows before.
        after: Its rows after.
        key: The columns by which a row is known again; without any, whole columns are compared.
    """
    if not before:
        return
    shared = [column for column in before[0] if not after or column in after[0]]
    if not key or not {*key} <= {*shared}:
        yield from _by_column(table, before, after, shared)
        return
    there = {_take(row, key): row for row in after}
    gone = [row for row in before if _take(row, key) not in there]
    if gone:
        example = ", ".join(f"{column} = {gone[0][column]!r}" for column in key)
        yield Loss(table=table, column=None, lost=len(gone), held=len(before), example=example)
    kept = [(row, there[_take(row, key)]) for row in before if _take(row, key) in there]
    for column in shared:
        changed = [(row, now) for row, now in kept if row[column] != now[column]]
        if changed:
            row, now = changed[0]
            yield Loss(
                table=table,
                column=column,
                lost=len(changed),
                held=len(kept),
                example=f"{_shown(row[column])} became {_shown(now[column])}",
            )


def _by_column(
    table: QualifiedName, before: Rows, after: Rows, columns: Sequence[str]
) -> Iterator[Loss]:
    if len(after) < len(before):
        lost = len(before) - len(after)
        yield Loss(
            table=table, column=None, lost=lost, held=len(before), example="no key tells which"
        )
        return
    for column in columns:
        missing = Counter(row[column] for row in before) - Counter(row[column] for row in after)
        if missing:
            yield Loss(
                table=table,
                column=column,
                lost=missing.total(),
                held=len(before),
                example=f"{_shown(next(iter(missing)))} is gone",
            )


def _take(row: Mapping[str, str | None], columns: Sequence[str]) -> tuple[str | None, ...]:
    return tuple(row[column] for column in columns)


def _shown(text: str | None) -> str:
    if text is None:
        return "NULL"
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
