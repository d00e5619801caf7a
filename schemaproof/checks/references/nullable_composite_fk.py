"""
Report keys of several columns that let a row in whose columns are half NULL and name nothing.

Under MATCH SIMPLE, which every key is unless it says otherwise, one NULL is enough for PostgreSQL
not to look at the others. Such a row is offered: with one column NULL and a value in another that
no parent has.

Source: https://www.postgresql.org/docs/current/sql-createtable.html (MATCH SIMPLE)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, Column, ForeignKey
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks._unmade import unmade
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.references._missing import told_elsewhere
from schemaproof.rows import NoRowFound, guesses
from schemaproof.rows.candidates import takes_null
from schemaproof.rows.statements import name, relation, value
from schemaproof.targets import foreign_key_name, is_missing, short_name
from schemaproof.trials.offers import Answer, Counter, Offers

MOST_VALUES = 12


@check("references/nullable-composite-fk", severity="warning")
def nullable_composite_fk(
    foreign_key: ForeignKey,
    catalog: Catalog,
    offers: Offers,
    known_mappers: tuple[Mapper[Any], ...],
) -> Iterator[Yielded]:
    columns = {one.name: one for one in catalog.columns_of(foreign_key.table)}
    if is_missing(foreign_key, catalog):
        yield told_elsewhere()
        return
    if not foreign_key.is_enforced or "disabled" in foreign_key.enabled:
        yield Skip(why="the key is not enforced at all: see references/orphan-insert-rejected")
        return
    optional = [one for one in foreign_key.columns if takes_null(columns[one], catalog)]
    if len(foreign_key.columns) == 1 or not optional:
        yield Evidence(seen="no half of it can be NULL")
        return
    try:
        with offers.at(foreign_key.table) as counter:
            found = _let_in(foreign_key, optional, columns, counter)
    except psycopg.OperationalError:
        raise  # the server is in trouble, which says nothing of the key
    except (NoRowFound, psycopg.Error) as error:
        yield unmade(error, "offer such a row")
        return
    if found is None:
        yield Evidence(seen="a half that is NULL lets no other half in that names nothing")
        return
    yield _violation(foreign_key, optional, found, known_mappers)


def _fix(key: ForeignKey, optional: list[str]) -> str:
    make = f"Make {', '.join(optional)} NOT NULL"
    required = [one for one in key.columns if one not in optional]
    if required:
        # All or nothing would be all.
        return f"{make}, or give {', '.join(required)} a foreign key of its own."
    return (
        f"{make}, or {key.name} MATCH FULL, or add CHECK "
        f"(num_nulls({', '.join(key.columns)}) IN (0, {len(key.columns)}))."
    )


def _let_in(
    key: ForeignKey, optional: list[str], columns: dict[str, Column], counter: Counter
) -> Answer | None:
    real = counter.reference(key)
    for nothing in optional:
        # Where another key looks at the column too, it refuses what names nothing.
        for column in (one for one in key.columns if one != nothing):
            rows = [
                {**counter.draft(key.table), **real, column: text, nothing: None}
                for text in _unknown(key, columns[column], counter)
            ]
            taken = next((one for one in counter.offer(key.table, rows) if one.is_taken), None)
            if taken is not None:
                return taken
    return None


def _unknown(key: ForeignKey, column: Column, counter: Counter) -> list[str]:
    texts = guesses(column, counter.catalog)[:MOST_VALUES]
    castable = [one.offered["value"] for one in counter.cast(column.type, texts) if one.is_taken]
    # What another key finds is its reference, and names something there.
    targets = [
        sql.SQL("SELECT FROM {} WHERE {} = {}").format(
            relation(each.target), name(there), value(column.type)
        )
        for each in counter.catalog.foreign_keys_of(key.table)
        for here, there in zip(each.columns, each.target_columns, strict=True)
        if here == column.name
    ]
    query = sql.SQL(" UNION ALL ").join(targets)
    return [
        text
        for text in castable
        if text is not None
        and counter.connection.execute(query, [text] * len(targets)).fetchone() is None
    ]


def _violation(
    key: ForeignKey, optional: list[str], found: Answer, mappers: tuple[Mapper[Any], ...]
) -> Violation:
    half = ", ".join(
        f"{one} = {'NULL' if found.offered[one] is None else found.offered[one]}"
        for one in key.columns
    )
    return Violation(
        where=foreign_key_name(key),
        found=f"a row with {half} is accepted, and no row of {short_name(key.target)} has what it "
        "names",
        because="PostgreSQL does not look at a key one of whose columns is NULL (MATCH SIMPLE)",
        fix=_fix(key, optional),
        location=class_location(mapper_of(key.table, mappers), mentioning=optional[0]),
    )
