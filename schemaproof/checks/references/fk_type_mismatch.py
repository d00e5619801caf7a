"""
Report keys whose columns are of another type than those they refer to, where that does harm.

A narrower type cannot hold every key of the parent: ``integer`` beside ``bigint`` ends at
2147483647. A type that must be cast makes the child's index useless to the delete of a parent,
another collation to a join, if the join can be made at all. Types that PostgreSQL compares as they
are do no harm.

Source: https://www.postgresql.org/docs/current/btree.html#BTREE-BEHAVIOR (operator families)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, Column, ForeignKey
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.references._missing import told_elsewhere
from schemaproof.postgres import Connection
from schemaproof.rows.statements import bare_relation
from schemaproof.targets import foreign_key_name, is_missing, short_name
from schemaproof.trials.offers import Offers

INTEGERS = ("smallint", "integer", "bigint")
LENGTH = re.compile(r"(?:character(?: varying)?|text)(?:\((\d+)\))?")
DIGITS = re.compile(r"numeric(?:\((\d+),(-?\d+)\))?")
PUBLIC = re.compile(r"\bpublic\.")


@check("references/fk-type-mismatch", severity="warning")
def fk_type_mismatch(
    foreign_key: ForeignKey,
    catalog: Catalog,
    offers: Offers,
    known_mappers: tuple[Mapper[Any], ...],
) -> Iterator[Yielded]:
    if is_missing(foreign_key, catalog):
        yield told_elsewhere()
        return
    pairs = [*_pairs(foreign_key, catalog)]
    different = [(one, other) for one, other in pairs if _told(one) != _told(other)]
    if not different:
        yield Evidence(seen=f"{', '.join(_told(one) for one, _ in pairs)} on both sides")
    for column, target in different:
        harm = _harm(column, target, offers)
        if harm is None:
            yield Evidence(seen=f"{_told(column)} beside {_told(target)}: compared as they are")
            continue
        yield Violation(
            where=foreign_key_name(foreign_key),
            found=f"{column.name} is {_told(column)}, and {short_name(target.table)}."
            f"{target.name} is {_told(target)}",
            because=harm,
            fix=f"Give {short_name(column.table)}.{column.name} the type {_told(target)}.",
            location=class_location(
                mapper_of(foreign_key.table, known_mappers), mentioning=column.name
            ),
        )


def _pairs(key: ForeignKey, catalog: Catalog) -> Iterator[tuple[Column, Column]]:
    own = {column.name: column for column in catalog.columns_of(key.table)}
    theirs = {column.name: column for column in catalog.columns_of(key.target)}
    for here, there in zip(key.columns, key.target_columns, strict=True):
        yield own[here], theirs[there]


def _told(column: Column) -> str:
    told = f"{column.type} COLLATE {column.collation}" if column.collation else column.type
    return PUBLIC.sub("", told)


def _harm(column: Column, target: Column, offers: Offers) -> str | None:
    child, parent = short_name(column.table), short_name(target.table)
    kind, most = _most(column)
    other_kind, other_most = _most(target)
    if kind == other_kind and most < other_most:
        return f"a key of {parent} beyond what {_base(column)} holds can have no row in {child}"
    with offers.at() as counter:
        incomparable = _incomparable(column, target, counter.connection)
        if incomparable:
            return f"a join of {child} and {parent} on the key fails: {incomparable}"
        for condition, harm in _conditions(target, child, parent):
            if not _is_served(column, condition, counter.connection):
                return (
                    f"{harm}: {_told(column)} is compared as {_told(target)}, which no index on "
                    f"{column.name} serves"
                )
    return None


def _incomparable(column: Column, target: Column, connection: Connection) -> str | None:
    """
    Compare two values by the columns' own collations, and return what the server says against it.
    """
    own, other = (
        sql.SQL("(SELECT {} FROM {} LIMIT 0)").format(
            sql.Identifier(one.name), bare_relation(one.table)
        )
        for one in (column, target)
    )
    with suppress(psycopg.DataError), connection.transaction(force_rollback=True):
        # Only a column has a collation that is implied, and only with a row is it asked for.
        made = sql.SQL("CREATE TEMP TABLE compared AS SELECT {} AS a, {} AS b WITH NO DATA")
        connection.execute(made.format(own, other))
        connection.execute("INSERT INTO compared VALUES ('1', '1')")
        try:
            connection.execute("SELECT a = b FROM compared")
        except psycopg.errors.IndeterminateCollation as error:
            return error.diag.message_primary
    return None


def _conditions(target: Column, child: str, parent: str) -> Iterator[tuple[sql.Composable, str]]:
    # As PostgreSQL's own trigger words it, and as a join does.
    value = sql.SQL("NULL::{}").format(sql.SQL(target.type))
    yield value, f"deleting a row of {parent} scans the whole of {child}"
    joined = sql.SQL("{} FROM {} LIMIT 1").format(
        sql.Identifier(target.name), bare_relation(target.table)
    )
    yield joined, f"a join from {parent} to {child} scans the whole of {child}"


def _is_served(column: Column, condition: sql.Composable, connection: Connection) -> bool:
    """
    Ask the planner whether an index on the column finds what is equal to a parent's key.
    """
    table = bare_relation(column.table)
    name = sql.Identifier(column.name)
    query = sql.SQL("EXPLAIN (COSTS off) SELECT 1 FROM {} WHERE (SELECT {}) = {}")
    with connection.transaction(force_rollback=True):
        connection.execute(sql.SQL("CREATE INDEX ON {} ({})").format(table, name))
        connection.execute("SET LOCAL enable_seqscan = off")
        plan = connection.execute(query.format(table, condition, name)).fetchall()
    # A table without partitions is not read at all.
    return any("Index Cond" in line or "One-Time Filter" in line for (line,) in plan)


def _most(column: Column) -> tuple[str, float]:
    """
    Return what kind of value the column holds, and how much of it.
    """
    base = _base(column)
    if base in INTEGERS:
        return "integer", INTEGERS.index(base)
    digits = DIGITS.fullmatch(base)
    if digits:
        return "numeric", float(int(digits[1]) - int(digits[2])) if digits[1] else float("inf")
    length = LENGTH.fullmatch(base)
    return ("text", float(length.group(1) or "inf")) if length else (base, 0)


def _base(column: Column) -> str:
    return (column.type_kind == "domain" and column.base_type) or column.type
