"""
Offer every NOT NULL column a NULL, and require its refusal.

The refusal must be SQLSTATE 23502 and name this column. Where a trigger fills the NULL before it is
looked at, the row is stored without it, and the column is asked again with the trigger disabled.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html (not_null_violation)
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from schemaproof.catalog import Column
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.constraints._judging import in_the_way, judged, removed
from schemaproof.postgres.sqlstates import CHECK_VIOLATION, NOT_NULL_VIOLATION
from schemaproof.rows import Values
from schemaproof.rows.candidates import mentions
from schemaproof.rows.statements import bare_relation
from schemaproof.targets import short_name
from schemaproof.trials.offers import Answer, Counter, Offers


@check("constraints/not-null-refuses")
def not_null_refuses(not_null: Column, offers: Offers) -> Iterator[Yielded]:
    yield from judged(offers, not_null.table, lambda counter: _judge(not_null, counter))


def _judge(column: Column, counter: Counter) -> Iterator[Yielded]:
    there = _nulls(column, counter)
    if there:
        yield _violation(column, f"{there} rows hold NULL, and the NOT NULL is NOT VALID")
        return
    row = _with_null(column, counter)
    (answer,) = counter.offer(column.table, [row])
    if _is_refused(answer, column, counter):
        yield Evidence(seen=f"{NOT_NULL_VIOLATION} for NULL")
    elif _is_routed(answer):
        yield Evidence(seen=f"{CHECK_VIOLATION}: NULL finds no partition")
    elif answer.stored is not None and answer.stored[column.name] is None:
        yield _violation(column, "a row with NULL is accepted")
    else:
        yield _alone(column, counter, row, answer)


def _alone(column: Column, counter: Counter, row: Values, answer: Answer) -> Yielded:
    found = counter.alone(column.table, [row], lambda one: _is_refused(one, column, counter))
    if found is None:
        return Skip(
            why=f"a NULL is stopped before {column.name} is asked: {in_the_way([answer])}; offer "
            "it one in a test of your own"
        )
    if answer.stored is not None:
        filled = answer.stored[column.name]
        return Evidence(
            seen=f"NULL is replaced by {filled!r}; {NOT_NULL_VIOLATION}{removed(found[1])}"
        )
    return Evidence(seen=f"{NOT_NULL_VIOLATION} for NULL{removed(found[1])}")


def _with_null(column: Column, counter: Counter) -> Values:
    draft = counter.draft(column.table)
    if column.generated is None:
        return {**draft, column.name: None}
    # It is NULL when what it is made from is.
    inputs = {
        name: None
        for name in counter.catalog.types_of(column.table)
        if mentions(column.generated, name)
    }
    return {**draft, **inputs}


def _is_refused(answer: Answer, column: Column, counter: Counter) -> bool:
    if answer.sqlstate != NOT_NULL_VIOLATION or answer.function is not None:
        return False
    if answer.column is None:  # a domain speaks first, for every column of its type
        return answer.data_type == column.type_name
    return answer.column == column.name and answer.table in counter.family(column.table)


def _is_routed(answer: Answer) -> bool:
    # A partition key's NULL has no place to go, before anybody looks at the column.
    told = (answer.sqlstate, answer.constraint, answer.function)
    return told == (CHECK_VIOLATION, None, None) and answer.table is not None


def _nulls(column: Column, counter: Counter) -> int:
    if column.is_not_null_validated:
        return 0
    query = sql.SQL("SELECT count(*) FROM {} WHERE {} IS NULL").format(
        bare_relation(column.table), sql.Identifier(column.name)
    )
    row = counter.connection.execute(query).fetchone()
    return row[0] if row else 0


def _violation(column: Column, found: str) -> Violation:
    return Violation(
        where=f"{short_name(column.table)}.{column.name}",
        found=found,
        because=f"whoever reads {column.name} relies on a value and meets none",
        fix=f"Fill the NULLs and validate the NOT NULL of {column.name}.",
    )
