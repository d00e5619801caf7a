"""
Report names that are as long as what PostgreSQL leaves of a longer one.

It keeps 63 bytes of a name and drops the rest with a NOTICE that few read. Two names that differ
after that are one: CREATE … IF NOT EXISTS then finds the other object and makes nothing. Of a name
that PostgreSQL makes up of a table's and a column's it cuts both, and by no convention.

Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.catalog import (
    Catalog,
    CatalogObject,
    Column,
    Constraint,
    Index,
    Policy,
    Rule,
    Sequence,
    Trigger,
    quote_identifier,
)  # fmt: skip
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.drift._mending.references import reference
from schemaproof.checks.health._telling import count, mended

KEPT = 63  # NAMEDATALEN - 1
MADE_UP = re.compile(r"_(pkey|key|fkey|check|excl|idx|seq)\d*$")


@check("health/long-identifier", severity="warning")
def long_identifier(catalog: Catalog) -> Iterator[Yielded]:
    named = [(one, name) for one in catalog if (name := _own_name(one))]
    long = [(one, name) for one, name in named if _may_be_cut(name)]
    for one, name in long:
        yield _violation(one, name)
    if not long:
        most = max((_length(name) for _, name in named), default=0)
        yield Evidence(seen=f"{count(len(named), 'name')}, the longest of {count(most, 'byte')}")


def _own_name(one: CatalogObject) -> str | None:
    # A partition's part has the name of the whole, an index that of its constraint; the sequence
    # of an identity column is spoken of by the column.
    repeats = isinstance(one, Index) and one.constraint is not None
    is_machinery = isinstance(one, Sequence) and one.is_identity
    if repeats or is_machinery or getattr(one, "is_inherited", False):
        return None
    return getattr(one, "name", None)


def _length(name: str) -> int:
    # Longer than 63 bytes of UTF-8 it can only be in a database of one byte a character.
    encoded = len(name.encode())
    return encoded if encoded <= KEPT else len(name)


def _may_be_cut(name: str) -> bool:
    # A character is cut as a whole, so that a little less than 63 bytes may be left.
    widest = max(map(_length, name), default=1)
    return _length(name) + widest > KEPT


def _violation(one: CatalogObject, name: str) -> Violation:
    is_made_up = isinstance(one, Constraint | Index | Sequence) and MADE_UP.search(name)
    found = (
        "PostgreSQL made the name up, and cut the names of table and column to do so"
        if is_made_up
        else "if more was written, it is gone"
    )
    return Violation(
        where=one.identity.removeprefix("public."),
        found=f"the name of the {one.kind} has {_length(name)} of {KEPT} bytes: {found}",
        because="a second name that is the same up to there is taken for this one: IF NOT EXISTS "
        "makes nothing, and DROP drops the wrong one",
        fix=mended(_renamed(one, name)) + ".",
    )


def _renamed(one: CatalogObject, name: str) -> str:
    to = f"TO {quote_identifier(_shorter(name))}"
    old = quote_identifier(name)
    match one:
        case Constraint():
            return f"ALTER TABLE {one.table} RENAME CONSTRAINT {old} {to}"
        case Column():
            return f"ALTER TABLE {one.table} RENAME COLUMN {old} {to}"
        case Trigger() | Policy() | Rule():
            return f"ALTER {one.kind.upper()} {old} ON {one.table} RENAME {to}"
        case _:
            return f"ALTER {reference(one)} RENAME {to}"


def _shorter(name: str) -> str:
    return f"{name[: len(name) // 2]}_shorter"
