"""
Report keys whose action writes what their columns refuse.

ON DELETE SET NULL on a column that is NOT NULL makes no row let go: every delete of a parent that
has children fails, with an error about a table that nobody named. SET DEFAULT is worse to see: a
column without a default is set to NULL, and a default must be the key of a parent.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, Column, ForeignKey
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.references._missing import told_elsewhere
from schemaproof.postgres import Connection
from schemaproof.rows.candidates import takes_null
from schemaproof.rows.statements import bare_relation
from schemaproof.targets import foreign_key_name, is_missing, short_name
from schemaproof.trials.offers import Offers

# Another value for every row, which no parent has.
FRESH = re.compile(r"\b(nextval|gen_random_uuid|uuid_generate_v\d\w*|uuidv[47]|random)\(")
VERBS = {"DELETE": "deleting a row", "UPDATE": "changing the key of a row"}


@check("references/set-null-on-not-null")
def set_null_on_not_null(
    foreign_key: ForeignKey,
    catalog: Catalog,
    offers: Offers,
    known_mappers: tuple[Mapper[Any], ...],
) -> Iterator[Yielded]:
    if is_missing(foreign_key, catalog):
        yield told_elsewhere()
        return
    actions = {"DELETE": foreign_key.on_delete, "UPDATE": foreign_key.on_update}
    writing = {verb: action for verb, action in actions.items() if action.startswith("SET ")}
    if not writing:
        yield Evidence(seen="no action of it writes the referencing columns")
    for verb, action in writing.items():
        written = (verb == "DELETE" and foreign_key.delete_columns) or foreign_key.columns
        columns = [one for one in catalog.columns_of(foreign_key.table) if one.name in written]
        refused = [one for one in columns if _is_refused(one, action, catalog)]
        if refused:
            yield _violation(foreign_key, verb, action, refused[0], known_mappers)
        elif action == "SET DEFAULT":
            yield _parent(foreign_key, verb, columns, offers, known_mappers)
        else:
            yield Evidence(seen=f"ON {verb} {action} writes what may be NULL")


def _is_refused(column: Column, action: str, catalog: Catalog) -> bool:
    writes_null = action == "SET NULL" or column.default is None
    return writes_null and not takes_null(column, catalog)


def _parent(
    key: ForeignKey,
    verb: str,
    columns: list[Column],
    offers: Offers,
    known_mappers: tuple[Mapper[Any], ...],
) -> Yielded:
    defaults = {column.name: column.default for column in columns}
    fresh = [one for one in columns if one.default and FRESH.search(one.default)]
    if fresh:
        return _violation(key, verb, "SET DEFAULT", fresh[0], known_mappers)
    if None in defaults.values():
        return Evidence(seen=f"ON {verb} SET DEFAULT writes NULL, which is taken")
    with offers.at() as counter:
        if _is_there(key, defaults, counter.connection):
            return Evidence(seen=f"ON {verb} SET DEFAULT: the migrations make that parent")
    told = ", ".join(f"{name} = {default}" for name, default in defaults.items())
    return Skip(
        why=f"ON {verb} SET DEFAULT needs a row of {short_name(key.target)} that the migrations do "
        f"not make ({told}); insert it in a revision, so that it is there wherever the key is"
    )


def _is_there(key: ForeignKey, defaults: dict[str, str | None], connection: Connection) -> bool:
    equal = [
        sql.SQL("{} = ({})").format(sql.Identifier(there), sql.SQL(defaults[here] or "NULL"))
        for here, there in zip(key.columns, key.target_columns, strict=True)
        if here in defaults
    ]
    query = sql.SQL("SELECT 1 FROM {} WHERE {} LIMIT 1").format(
        bare_relation(key.target), sql.SQL(" AND ").join(equal)
    )
    try:
        with connection.transaction():
            return connection.execute(query).fetchone() is not None
    except psycopg.DataError:
        return False  # no value of the parent's type


def _violation(
    key: ForeignKey,
    verb: str,
    action: str,
    column: Column,
    known_mappers: tuple[Mapper[Any], ...],
) -> Violation:
    child, parent = short_name(key.table), short_name(key.target)
    if action == "SET NULL" or column.default is None:
        written, answer = "NULL", f"{column.name} is NOT NULL"
    else:
        written, answer = column.default, "no parent has such a key"
    return Violation(
        where=foreign_key_name(key),
        found=f"ON {verb} {action} writes {written} to {column.name}, and {answer}",
        because=f"{VERBS[verb]} of {parent} fails whenever {child} refers to it",
        fix=f"Choose another action for {key.name}, CASCADE or RESTRICT, or let {column.name} be "
        "what it is set to.",
        location=class_location(mapper_of(key.table, known_mappers), mentioning=key.columns[0]),
    )
