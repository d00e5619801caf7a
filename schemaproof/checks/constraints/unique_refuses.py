"""
Offer every unique key a second row with the same values, and require its refusal.

Primary keys, unique constraints and unique indexes, partial ones and those on expressions too. The
refusal must be SQLSTATE 23505 and name this one; the evidence says in which columns a row that
differs was taken. Two NULLs are two values, unless NULLS NOT DISTINCT says otherwise.

Source: https://www.postgresql.org/docs/current/indexes-unique.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Index
from schemaproof.checks._unmade import break_wanted
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.constraints._judging import in_the_way, judged, removed
from schemaproof.checks.constraints._never import is_never_true
from schemaproof.checks.constraints._pairs import Found, Pairs
from schemaproof.checks.constraints._telling import shown
from schemaproof.postgres.sqlstates import UNIQUE_VIOLATION
from schemaproof.rows import Values
from schemaproof.targets import short_name
from schemaproof.trials.offers import Counter, Offers


@check("constraints/unique-refuses")
def unique_refuses(unique: Index, offers: Offers) -> Iterator[Yielded]:
    known = offers.breaking.get((unique.table, unique.name), [])
    if not unique.is_valid:
        yield _violation(unique, "it is INVALID: doubles that were there were never looked for")
        return
    yield from judged(offers, unique.table, lambda counter: _judge(unique, counter, known))


def _judge(index: Index, counter: Counter, known: list[Values]) -> Iterator[Yielded]:
    pairs = Pairs(index, ["="] * len(index.keys), UNIQUE_VIOLATION, counter)
    found = pairs.search(known)
    if found.accepted is not None:
        row = shown(pairs.columns, found.accepted)
        yield _violation(index, f"a second row with {row} is accepted")
    elif found.refused is not None:
        yield from _nulls(index, found, pairs)
        yield Evidence(seen=_told(found, pairs))
    elif is_never_true(index.predicate, index.table, counter.connection):
        yield _violation(index, f"no row can meet its condition: WHERE {index.predicate}")
    else:
        others = in_the_way(found.answers)
        yield Skip(
            why=f"no second row was refused by {index.name}"
            f"{f' (but by {others})' if others else ''}; {break_wanted(index.table, index.name)}"
        )


def _nulls(index: Index, found: Found, pairs: Pairs) -> Iterator[Yielded]:
    optional = {column.name for column in pairs.columns if column.is_nullable}
    for name in (key.column for key in index.keys if key.column in optional):
        if index.nulls_not_distinct and found.first and name:
            is_refused = pairs.is_null_refused(name, found.first)
            if is_refused is False:
                yield _violation(index, f"a second NULL in {name} is accepted")
            elif is_refused:
                yield Evidence(seen=f"{UNIQUE_VIOLATION} for a second NULL in {name}")


def _told(found: Found, pairs: Pairs) -> str:
    differs = " or ".join(found.differing)
    also = f", takes one that differs in {differs}" if differs else ""
    same = ", ".join(column.name for column in pairs.columns) or "condition"
    return f"{UNIQUE_VIOLATION} for a second row with the same {same}{removed(found.gone)}{also}"


def _violation(index: Index, found: str) -> Violation:
    name = short_name(index.table)
    return Violation(
        where=f"{name}.{index.name}",
        found=found,
        because=f"whoever looks for one row of {name} finds two, and which one is chance",
        fix=f"Make {index.name} again, after removing the doubles.",
    )
