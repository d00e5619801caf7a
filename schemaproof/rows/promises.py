"""
Read from the server what the law needs and no catalogue record tells: what comes first.

The triggers by which PostgreSQL keeps foreign keys fire in the order of their names, which are
numbers in the order in which the keys were made; unique indexes are asked in the order of theirs.

Source: https://www.postgresql.org/docs/current/sql-createtrigger.html (Notes)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from psycopg import sql
from psycopg.rows import tuple_row

from schemaproof.catalog import Catalog, ForeignKey, Index, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.law import Law
from schemaproof.rows.refused import Unique
from schemaproof.rows.statements import listed

KEYS = """
SELECT space.nspname, relation.relname, con.conname
FROM pg_catalog.pg_trigger AS it
JOIN pg_catalog.pg_constraint AS con ON con.oid = it.tgconstraint
JOIN pg_catalog.pg_class AS relation ON relation.oid = con.conrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = relation.relnamespace
WHERE con.contype = 'f' AND starts_with(it.tgname, 'RI_ConstraintTrigger_a_')
ORDER BY it.tgname COLLATE "C"
"""
# What may wait is looked at again later, which the law does not follow.
INDEXES = """
SELECT space.nspname, relation.relname
FROM pg_catalog.pg_index AS it
JOIN pg_catalog.pg_class AS relation ON relation.oid = it.indexrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = relation.relnamespace
WHERE it.indisunique AND it.indimmediate AND it.indpred IS NULL AND it.indexprs IS NULL
ORDER BY it.indexrelid
"""


def law_of(catalog: Catalog, connection: Connection, *, is_one_transaction: bool = False) -> Law:
    """
    Return all that is promised of the rows of a database.

    CHECK and exclusion constraints, unique indexes that are partial or of expressions, and what
    somebody's own triggers do, are not part of it.
    """
    return Law(
        keys=in_firing_order(catalog.foreign_keys, connection),
        defaults=defaults(catalog.foreign_keys, catalog, connection),
        required=[*_required(catalog)],
        unique=[*_unique(catalog, connection)],
        version=catalog.server_version,
        is_one_transaction=is_one_transaction,
    )


def in_firing_order(keys: Iterable[ForeignKey], connection: Connection) -> tuple[ForeignKey, ...]:
    """
    Sort foreign keys by the order in which their triggers fire; what has none comes last.
    """
    found = _rows(connection, sql.SQL(KEYS))
    places = {
        (QualifiedName(schema, table), name): n for n, (schema, table, name) in enumerate(found)
    }
    return tuple(sorted(keys, key=lambda key: places.get((key.table, key.name), len(places))))


def defaults(
    keys: Iterable[ForeignKey], catalog: Catalog, connection: Connection
) -> Mapping[tuple[QualifiedName, str], str | None]:
    """
    Return what SET DEFAULT sets each column to now, as text.
    """
    setting = [key for key in keys if "SET DEFAULT" in (key.on_delete, key.on_update)]
    concerned = {(key.table, name) for key in setting for name in key.columns}
    columns = [each for each in catalog.columns if (each.table, each.name) in concerned]
    if not columns:
        return {}
    expressions = (
        sql.SQL("(({})::{})::text").format(sql.SQL(each.default or "NULL"), sql.SQL(each.type))
        for each in columns
    )
    ((*texts,),) = _rows(connection, sql.SQL("SELECT {}").format(listed(expressions)))
    names = [(each.table, each.name) for each in columns]
    return dict(zip(names, texts, strict=True))


def _required(catalog: Catalog) -> Iterable[tuple[QualifiedName, str]]:
    # Only what keys read is ever changed.
    read = {(key.table, name) for key in catalog.foreign_keys for name in key.columns}
    read |= {(key.target, name) for key in catalog.foreign_keys for name in key.target_columns}
    for column in catalog.columns:
        if not column.is_nullable and (column.table, column.name) in read:
            yield column.table, column.name


def _unique(catalog: Catalog, connection: Connection) -> Iterable[Unique]:
    indexes: dict[tuple[str, str], Index] = {(one.schema, one.name): one for one in catalog.indexes}
    for schema, name in _rows(connection, sql.SQL(INDEXES)):
        index = indexes.get((schema, name))
        if index is not None:  # the server has others of its own
            yield Unique(
                table=index.table,
                name=index.name,
                columns=tuple(key.column for key in index.keys if key.column is not None),
                nulls_not_distinct=index.nulls_not_distinct,
            )


def _rows(connection: Connection, query: sql.SQL | sql.Composed) -> Sequence[tuple[str, ...]]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows: list[tuple[str, ...]] = cursor.execute(query).fetchall()
        return rows
