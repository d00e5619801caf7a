"""
Offer every foreign key a row whose parent does not exist, and require its refusal.

The refusal must be SQLSTATE 23503 and name this key. A disabled trigger, ``NOT ENFORCED`` (18) or a
lost key lets the orphan in. The same value is offered again through an UPDATE.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html (foreign_key_violation)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import psycopg
from psycopg import sql

from schemaproof.catalog import Catalog, ForeignKey
from schemaproof.checks._unmade import unmade
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.references._missing import missing_key
from schemaproof.errors import first_line
from schemaproof.postgres import Database, Databases, driver_of
from schemaproof.postgres.sqlstates import FOREIGN_KEY_VIOLATION
from schemaproof.rows import NoRowFound, Row, RowMaker, Shapes, Values
from schemaproof.rows.statements import equations, relation
from schemaproof.targets import foreign_key_name, is_missing, short_name

Offer = Callable[[], object]


@check("references/orphan-insert-rejected")
def orphan_insert_rejected(
    foreign_key: ForeignKey,
    catalog: Catalog,
    databases: Databases,
    migrated: Database,
    shapes: Shapes,
) -> Iterator[Yielded]:
    if is_missing(foreign_key, catalog):
        yield missing_key(foreign_key)
        return
    with databases.undone(migrated) as connection:
        maker = RowMaker(catalog=catalog, connection=driver_of(connection), shapes=shapes)
        try:
            parent = maker.referable(foreign_key)
            orphans = [*maker.orphans(foreign_key, parent)]
            offers = {
                "INSERT": _inserts(foreign_key, maker, orphans),
                "UPDATE": _updates(foreign_key, maker, orphans, parent),
            }
            judged = [_judged(verb, foreign_key, maker, offers[verb]) for verb in offers]
        except psycopg.OperationalError:
            raise  # the server is in trouble, which says nothing of the key
        except (NoRowFound, psycopg.Error) as error:
            yield unmade(error, "insert such a row")
            return
    yield from (found for found in judged if found is not None)
    if judged == [None, None]:
        yield Evidence(seen=f"{FOREIGN_KEY_VIOLATION} {foreign_key.name} on INSERT and UPDATE")


def _inserts(key: ForeignKey, maker: RowMaker, orphans: list[Values]) -> Iterator[Offer]:
    for orphan in orphans:
        yield partial(maker.insert, key.table, orphan)


def _updates(
    key: ForeignKey, maker: RowMaker, orphans: list[Values], parent: Row
) -> Iterator[Offer]:
    given = parent.pointed_at_by(key)
    maker.insert(key.table, given)
    types = maker.catalog.types_of(key.table)
    for orphan in orphans:
        statement = sql.SQL("UPDATE {} SET {} WHERE {}").format(
            relation(key.table),
            equations({column: types[column] for column in orphan}, ", "),
            equations({column: types[column] for column in given}, " AND "),
        )
        yield partial(maker.connection.execute, statement, [*orphan.values(), *given.values()])


def _judged(verb: str, key: ForeignKey, maker: RowMaker, offers: Iterator[Offer]) -> Yielded | None:
    refusal = "no value of its type that is not there"
    # What stops one value before the key is asked, a CHECK say, may let the next one through.
    for offer in offers:
        try:
            with maker.connection.transaction():
                offer()
                maker.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            if (error.sqlstate, error.diag.constraint_name) == (FOREIGN_KEY_VIOLATION, key.name):
                return None
            refusal = first_line(error)
            continue
        return Violation(
            where=foreign_key_name(key),
            found=f"{verb} of a row whose {short_name(key.target)} does not exist is accepted",
            because=f"orphans gather in {short_name(key.table)}, and every join loses them",
            fix=f"See that {key.name} is enforced and its triggers are enabled.",
        )
    return Skip(
        why=f"{verb} of an orphan is stopped before {key.name} is asked: {refusal}; offer it one "
        "in a test of your own"
    )
