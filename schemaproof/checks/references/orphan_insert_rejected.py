"""
Offer every foreign key a row whose parent does not exist, and require its refusal.

The refusal must be SQLSTATE 23503 and name this key. A disabled trigger, ``NOT ENFORCED`` (18) or a
lost key lets the orphan in. The same value is offered again through an UPDATE.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html (foreign_key_violation)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
from psycopg import sql

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.postgres import Connection, Database, Databases
from schemaproof.rows import NoRowFound, RowMaker, Shape
from schemaproof.subject import foreign_key_name, short_name

FOREIGN_KEY_VIOLATION = "23503"


@check("references/orphan-insert-rejected")
def orphan_insert_rejected(
    foreign_key: ForeignKey,
    catalog: Catalog,
    databases: Databases,
    migrated: Database,
    shapes: dict[QualifiedName, Shape],
) -> Iterator[Yielded]:
    with databases.clone(migrated) as clone, clone.connect() as connection:
        maker = RowMaker(catalog=catalog, connection=connection, shapes=shapes)
        try:
            answers = {
                "INSERT": _inserted(foreign_key, maker),
                "UPDATE": _updated(foreign_key, maker),
            }
        except NoRowFound as error:
            yield Skip(why=f"{error}; mend the constraint, or waive the check for this key")
            return
        finally:
            connection.rollback()
    accepted = [(verb, found) for verb, found in answers.items() if found is not None]
    if not accepted:
        yield Evidence(seen=f"{FOREIGN_KEY_VIOLATION} {foreign_key.name} on INSERT and UPDATE")
    for verb, found in accepted:
        yield Violation(
            where=foreign_key_name(foreign_key),
            found=f"{verb} of a row whose {short_name(foreign_key.target)} does not exist {found}",
            because=f"orphans gather in {short_name(foreign_key.table)}, and every join loses them",
            fix=f"See that {foreign_key.name} is enforced and its triggers are enabled.",
        )


def _inserted(key: ForeignKey, maker: RowMaker) -> str | None:
    unknown = maker.unknown_reference(key)
    return _answer(key, maker.connection, lambda: maker.insert(key.table, unknown))


def _updated(key: ForeignKey, maker: RowMaker) -> str | None:
    parent = maker.insert(key.target)
    given = dict(zip(key.columns, parent.take(key.target_columns), strict=True))
    maker.insert(key.table, given)
    types = {column.name: column.type for column in maker.catalog.columns_of(key.table)}
    unknown = maker.unknown_reference(key)
    statement = sql.SQL("UPDATE {} SET {} WHERE {}").format(
        sql.Identifier(key.table.schema, key.table.name),
        _equations(unknown, types, ", "),
        _equations(given, types, " AND "),
    )
    values = [*unknown.values(), *given.values()]
    return _answer(key, maker.connection, lambda: maker.connection.execute(statement, values))


def _equations(values: dict[str, str | None], types: dict[str, str], between: str) -> sql.Composed:
    return sql.SQL(between).join(
        sql.SQL("{} = %s::" + types[name]).format(sql.Identifier(name)) for name in values
    )


def _answer(key: ForeignKey, connection: Connection, offer: Callable[[], object]) -> str | None:
    try:
        with connection.transaction():
            offer()
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error as error:
        if (error.sqlstate, error.diag.constraint_name) == (FOREIGN_KEY_VIOLATION, key.name):
            return None
        by = error.diag.constraint_name or "no constraint"
        return f"is refused by {by} with {error.sqlstate}, not by {key.name}"
    return "is accepted"
