"""
Offer every CHECK rows that it must take and rows that break nothing else, and require the refusal.

The refusal must be SQLSTATE 23514 and name this constraint. A CHECK refuses a row for which its
condition is false, not one for which it is NULL: ``status IN ('new', NULL)`` refuses nothing.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from schemaproof.catalog import Column, Constraint
from schemaproof.checks._unmade import break_wanted
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.constraints._judging import in_the_way, judged, removed
from schemaproof.checks.constraints._never import is_never_false
from schemaproof.checks.constraints._telling import listed, shown, told
from schemaproof.checks.constraints._variants import read_columns, variants
from schemaproof.postgres.sqlstates import CHECK_VIOLATION
from schemaproof.rows import Values
from schemaproof.rows.statements import bare_relation
from schemaproof.targets import short_name
from schemaproof.trials.offers import Answer, Counter, Offers


@check("constraints/check-refuses")
def check_refuses(check_constraint: Constraint, offers: Offers) -> Iterator[Yielded]:
    known = offers.breaking.get((check_constraint.table, check_constraint.name), [])
    yield from judged(
        offers, check_constraint.table, lambda counter: _judge(check_constraint, counter, known)
    )


def _judge(constraint: Constraint, counter: Counter, known: list[Values]) -> Iterator[Yielded]:
    condition, table = constraint.expression or "", constraint.table
    there = 0 if constraint.is_validated else _broken_by(constraint, counter)
    if there:
        yield _violation(constraint, f"{there} rows break it, and it is NOT VALID")
        return
    columns = read_columns(table, condition, counter)
    hinted = [{**counter.draft(table), **values} for values in known]
    rows = [*hinted, *variants(table, columns, counter)]
    answers = counter.offer(table, rows, reading=[condition])
    let_in = [one for one in answers if one.is_taken and one.read[0] == "false"]
    let_in += [one for one in answers[: len(hinted)] if one.is_taken and one not in let_in]
    refused = [one for one in answers if _is_refused(one, constraint, counter)]
    if let_in:
        row = shown(columns, let_in[0].offered) if columns else "a row"
        yield _violation(constraint, f"{row} is accepted, though it must be refused")
    elif refused:
        taken = [one.stored for one in answers if one.stored is not None]
        lines = told(columns, taken, [one.offered for one in refused], CHECK_VIOLATION)
        yield Evidence(seen=lines)
    elif is_never_false(condition, bare_relation(table), counter.connection):
        yield _violation(constraint, f"no row can break CHECK ({condition})")
    else:
        yield _alone(constraint, columns, answers, counter)


def _alone(
    constraint: Constraint, columns: list[Column], answers: list[Answer], counter: Counter
) -> Yielded:
    rows = [one.offered for one in answers]
    found = counter.alone(constraint.table, rows, lambda one: _is_refused(one, constraint, counter))
    if found is not None:
        row, gone = listed(columns, [found[0].offered]), removed(found[1])
        return Evidence(seen=f"refuses {row} with {CHECK_VIOLATION}{gone}")
    # What is not even of the type says nothing of who stands in the way.
    others = in_the_way(one for one in answers if not (one.sqlstate or "").startswith("22"))
    return Skip(
        why=f"none of {len(rows)} rows was refused by {constraint.name}"
        f"{f' (some by {others})' if others else ''}; "
        f"{break_wanted(constraint.table, constraint.name)}"
    )


def _is_refused(answer: Answer, constraint: Constraint, counter: Counter) -> bool:
    return (
        (answer.sqlstate, answer.constraint) == (CHECK_VIOLATION, constraint.name)
        and answer.function is None
        and answer.table in counter.family(constraint.table)
    )


def _broken_by(constraint: Constraint, counter: Counter) -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE NOT ({})").format(
        bare_relation(constraint.table),
        sql.SQL(constraint.expression or ""),
    )
    row = counter.connection.execute(query).fetchone()
    return row[0] if row else 0


def _violation(constraint: Constraint, found: str) -> Violation:
    return Violation(
        where=f"{short_name(constraint.table)}.{constraint.name}",
        found=found,
        because=f"whoever reads {short_name(constraint.table)} relies on a condition that does not "
        "hold for every row",
        fix=f"Make {constraint.name} again with a condition that is false for what it must refuse; "
        "NULL is not false.",
    )
