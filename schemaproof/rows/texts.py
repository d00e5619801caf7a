"""
Write whole statements about graphs as texts, values included, so that several go in one message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from psycopg import sql

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.rows.graph import Graph
from schemaproof.rows.maker import Row
from schemaproof.rows.operation import Operation
from schemaproof.rows.shapes import Values


@lru_cache(maxsize=4096)
def identifier(*names: str) -> str:
    """
    Return a name, quoted.
    """
    return sql.Identifier(*names).as_string()


@lru_cache(maxsize=4096)
def literal(text: str | None) -> str:
    """
    Return a value, quoted; its type is what the place where it stands makes of it.
    """
    return sql.Literal(text).as_string()


def insertion(graph: Graph, catalog: Catalog) -> str:
    """
    Return the one statement that inserts a graph.
    """
    tables: dict[QualifiedName, list[Values]] = {}
    for row in graph.rows:
        tables.setdefault(row.table, []).append(row.values)
    parts = (
        f"r{number} AS ({_insert(table, rows, catalog)})"
        for number, (table, rows) in enumerate(tables.items())
    )
    return f"WITH {', '.join(parts)} SELECT" if tables else "SELECT"


def reading(tables: Iterable[tuple[QualifiedName, tuple[str, ...]]]) -> str:
    """
    Return the one statement that reads tables: each row as the table's number and its columns.
    """
    parts = (
        (number, ", ".join(f"{identifier(name)}::text" for name in columns), identifier(*table))
        for number, (table, columns) in enumerate(tables)
    )
    return " UNION ALL ".join(
        f"SELECT {number}, ARRAY[{columns}]::text[] FROM ONLY {table}"
        for number, columns, table in parts
    )


def operating(operation: Operation, catalog: Catalog) -> bytes:
    """
    Return the statement of an operation.
    """
    table = operation.table
    own = catalog.primary_key_of(table)
    addresses = [_address(row, own) for row in operation.rows]
    where = " OR ".join(f"({address})" for address in addresses)
    if operation.changes is None:
        return f"DELETE FROM {identifier(*table)} WHERE {where}".encode()
    settings = _settings(addresses, operation.changes, catalog.types_of(table))
    return f"UPDATE {identifier(*table)} SET {', '.join(settings)} WHERE {where}".encode()


def _insert(table: QualifiedName, rows: list[Values], catalog: Catalog) -> str:
    types = catalog.types_of(table)
    given = [name for name in types if any(name in values for values in rows)] or [*types][:1]
    values = (
        f"({', '.join(literal(row[name]) if name in row else 'DEFAULT' for name in given)})"
        for row in rows
    )
    return (
        f"INSERT INTO {identifier(*table)} ({', '.join(map(identifier, given))})"
        f" OVERRIDING SYSTEM VALUE VALUES {', '.join(values)}"
    )


def _address(row: Row, own: tuple[str, ...]) -> str:
    return " AND ".join(
        f"{identifier(name)} IS NULL"
        if row.values[name] is None
        else f"{identifier(name)} = {literal(row.values[name])}"
        for name in own or row.values
    )


def _settings(
    addresses: list[str], changes: tuple[Values, ...], types: dict[str, str]
) -> Iterator[str]:
    for name in dict.fromkeys(name for values in changes for name in values):
        cases = (
            f"WHEN {address} THEN {literal(values[name])}::{types[name]}"
            for address, values in zip(addresses, changes, strict=True)
            if name in values
        )
        column = identifier(name)
        yield f"{column} = CASE {' '.join(cases)} ELSE {column} END"
