"""
Offer every exclusion constraint a second row that conflicts with one, and require its refusal.

Keys that are WITHOUT OVERLAPS are exclusion constraints too. The refusal must be SQLSTATE 23P01 and
name this one; the evidence says in which columns a row that differs was taken.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-EXCLUSION
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, Constraint, Index
from schemaproof.checks._unmade import break_wanted
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.constraints._judging import in_the_way, judged, removed
from schemaproof.checks.constraints._pairs import Pairs
from schemaproof.checks.constraints._telling import shown
from schemaproof.postgres.sqlstates import EXCLUSION_VIOLATION
from schemaproof.rows import Values
from schemaproof.targets import short_name
from schemaproof.trials.offers import Counter, Offers


@check("constraints/exclude-refuses")
def exclude_refuses(exclusion: Index, catalog: Catalog, offers: Offers) -> Iterator[Yielded]:
    known = offers.breaking.get((exclusion.table, exclusion.name), [])
    (constraint,) = (
        one for one in catalog.constraints_of(exclusion.table) if one.name == exclusion.constraint
    )
    yield from judged(
        offers, exclusion.table, lambda counter: _judge(exclusion, constraint, counter, known)
    )


def _judge(
    index: Index, constraint: Constraint, counter: Counter, known: list[Values]
) -> Iterator[Yielded]:
    pairs = Pairs(index, _operators(index, constraint), EXCLUSION_VIOLATION, counter)
    found = pairs.search(known)
    table = short_name(index.table)
    if found.accepted is not None and found.first is not None:
        one, other = shown(pairs.columns, found.first), shown(pairs.columns, found.accepted)
        yield Violation(
            where=f"{table}.{index.name}",
            found=f"{other} is accepted beside {one}",
            because=f"rows of {table} that exclude each other are both there",
            fix=f"Make {index.name} again, after removing one of each two.",
        )
    elif found.refused is not None and found.first is not None:
        one, other = shown(pairs.columns, found.first), shown(pairs.columns, found.refused)
        differs = " or ".join(found.differing)
        also = f", takes a row that differs in {differs}" if differs else ""
        yield Evidence(
            seen=f"{EXCLUSION_VIOLATION} for {other} beside {one}{removed(found.gone)}{also}"
        )
    else:
        others = in_the_way(found.answers)
        yield Skip(
            why=f"no second row was refused by {index.name}"
            f"{f' (but by {others})' if others else ''}; {break_wanted(index.table, index.name)}"
        )


def _operators(index: Index, constraint: Constraint) -> list[str]:
    if constraint.operators:
        return [one.partition("(")[0] for one in constraint.operators]
    # WITHOUT OVERLAPS: equal in all but the last, and that one overlaps.
    return ["="] * (len(index.keys) - 1) + ["&&"]
