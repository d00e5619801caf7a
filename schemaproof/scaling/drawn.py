"""
Draw the values that a query is sent with from the rows that it meets.

A value that was registered need not be in rows that were made, and to look for what is not there
costs less than what the query is sent for. With which column a value is compared the server says
itself, of the plan for any values: ``(user_id = $1)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from schemaproof.catalog import Catalog, QualifiedName, quote_identifier
from schemaproof.plans import Explanation, clause, explained_generic
from schemaproof.workload import Query

Compared = dict[QualifiedName, dict[str, str]]
# Of materialised views too, whose columns the catalogue does not keep one by one.
COLUMNS = sa.text(
    "SELECT attname FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid"
    " JOIN pg_namespace AS n ON n.oid = relnamespace"
    " WHERE nspname = :schema AND relname = :name AND attnum > 0 AND NOT attisdropped"
    " ORDER BY attnum"
)


def drawn(connection: Connection, query: Query, catalog: Catalog) -> dict[str, Any]:
    """
    Return typical values: the registered ones that are in the rows, and such as go with them.

    Of what is drawn it is the one with the median number of rows.

    Args:
        connection: Where the rows are.
        query: The query.
        catalog: Which tables the indexes are of.
    """
    values = dict(query.parameters)
    generic = explained_generic(connection, query.statement, query.parameters)
    binds: Any = clause(query.statement).compile(dialect=connection.dialect)
    types = {name: bind.type for name, bind in binds.binds.items()}
    registered = {**binds.params, **values}
    for name, columns in _compared(connection, generic, catalog).items():
        table = sa.table(name.name, *map(sa.column, columns), schema=name.schema)
        kept: list[Any] = []
        for column, parameter in columns.items():
            same = table.c[column] == sa.bindparam(
                None, registered.get(parameter), types.get(parameter)
            )
            if connection.scalar(sa.select(sa.literal(1)).where(same, *kept).limit(1)):
                kept.append(same)
            else:
                values |= _typical(connection, table.c[column], parameter, kept)
    return values


def _compared(connection: Connection, generic: Explanation, catalog: Catalog) -> Compared:
    found: Compared = {}
    for node in generic.plan.walk():
        if node.table is None and node.index_name is None:
            continue
        table = node.table or _table_of(node.index_name, catalog)
        columns = connection.scalars(COLUMNS, table._asdict()).all()
        for condition in filter(None, (node.index_condition, node.filter)):
            for column, number in _equalities(condition, columns):
                found.setdefault(table, {})[column] = generic.names[number - 1]
    return found


def _equalities(condition: str, columns: Iterable[str]) -> Iterator[tuple[str, int]]:
    for column in columns:
        name = re.escape(quote_identifier(column))
        test = rf"(?<![\w$.\"]){name}\)?(?:::[\w ]+)? = \(?\$(\d+)(?![\w$])"
        for number in re.findall(test, condition):
            yield column, int(number)


def _table_of(index: QualifiedName | None, catalog: Catalog) -> QualifiedName:
    return next(each.table for each in catalog.indexes if each.qualified_name == index)


def _typical(
    connection: Connection, column: Any, parameter: str, kept: list[Any]
) -> dict[str, Any]:
    counted = (
        sa.select(column.label("value"), sa.func.count().label("rows"))
        .where(column.is_not(None), *kept)
        .group_by(column)
        .cte("counted")
    )
    middle = sa.select((sa.func.count() - 1) / 2).select_from(counted).scalar_subquery()
    one = sa.select(counted.c.value).order_by(counted.c.rows, counted.c.value)
    found = connection.execute(one.offset(sa.func.greatest(middle, 0)).limit(1)).first()
    return {} if found is None else {parameter: found.value}
