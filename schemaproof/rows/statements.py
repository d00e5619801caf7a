"""
Write the parts of statements about rows whose names and types are known only at run time.

Values travel as text and are cast by the server. Each part, unless it says otherwise, is for a
statement that is executed with parameters: there, psycopg takes a lone ``%`` for a placeholder,
which a name may contain.

Source: https://www.psycopg.org/psycopg3/docs/basic/params.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from psycopg import sql

from schemaproof.catalog import QualifiedName


def name(column: str) -> sql.Composable:
    """
    Return a column's name, quoted.
    """
    return _escaped(sql.Identifier(column))


def relation(table: QualifiedName) -> sql.Composable:
    """
    Return a table's qualified name, quoted.
    """
    return _escaped(bare_relation(table))


def bare_relation(table: QualifiedName) -> sql.Identifier:
    """
    Return the same for a statement without parameters, where a per cent sign stands for itself.
    """
    return sql.Identifier(table.schema, table.name)


def value(type_name: str) -> sql.Composable:
    """
    Return a placeholder cast to a type, which is given as ``format_type`` writes it.
    """
    return sql.SQL("%s::") + sql.SQL(type_name.replace("%", "%%"))


def listed(parts: Iterable[sql.Composable], between: str = ", ") -> sql.Composed:
    """
    Join parts.
    """
    return sql.SQL(between).join(parts)


def equations(types: Mapping[str, str], between: str) -> sql.Composed:
    """
    Return ``column = value`` for each column, joined; the types are by the columns' names.
    """
    return listed(
        (
            sql.SQL("{} = {}").format(name(column), value(type_name))
            for column, type_name in types.items()
        ),
        between,
    )


@lru_cache(maxsize=1024)
def insert_returning(
    table: QualifiedName, given: tuple[tuple[str, str], ...], returned: tuple[str, ...]
) -> bytes:
    """
    Return the statement that inserts a row and gives columns of it back as texts.

    Args:
        table: The table.
        given: Name and type of each column that gets a value; without any, all are left to default.
        returned: The columns to give back.
    """
    # Composing costs more than the server's part of a small INSERT, and few shapes recur often.
    source = sql.SQL("({}) VALUES ({})").format(
        listed(name(column) for column, _ in given),
        listed(value(type_name) for _, type_name in given),
    )
    statement = sql.SQL("INSERT INTO {} {} RETURNING {}").format(
        relation(table),
        source if given else sql.SQL("DEFAULT VALUES"),
        listed(sql.SQL("{}::text").format(name(column)) for column in returned),
    )
    return statement.as_bytes()


def _escaped(identifier: sql.Identifier) -> sql.Composable:
    return sql.SQL(identifier.as_string().replace("%", "%%"))
