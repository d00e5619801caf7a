"""
Write the parts of statements about rows whose names and types are known only at run time.

Values travel as text and are cast by the server. Each part is for a statement that is executed with
parameters: there, psycopg takes a lone ``%`` for a placeholder, which a name may contain.

Source: https://www.psycopg.org/psycopg3/docs/basic/params.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
    return _escaped(sql.Identifier(table.schema, table.name))


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


def _escaped(identifier: sql.Identifier) -> sql.Composable:
    return sql.SQL(identifier.as_string().replace("%", "%%"))
