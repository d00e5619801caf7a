"""
Offer every enum and every domain texts that it must take and texts that it must refuse.

An enum refuses with SQLSTATE 22P02 what is not one of its labels. A domain refuses with 23514 and
its check's name what that check is false for, and with 23502 a NULL if it is NOT NULL.

Source: https://www.postgresql.org/docs/current/domains.html
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql

from schemaproof.catalog import Domain, EnumType
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.constraints._domain_checks import as_column, checks_of
from schemaproof.checks.constraints._judging import in_the_way
from schemaproof.checks.constraints._never import has_written_null, is_never_false
from schemaproof.checks.constraints._telling import told
from schemaproof.rows import guesses
from schemaproof.targets import short_name
from schemaproof.trials.offers import Answer, Counter, Offers

INVALID_TEXT = "22P02"
NOT_NULL_VIOLATION = "23502"
CHECK_VIOLATION = "23514"


@check("constraints/type-refuses")
def type_refuses(data_type: Domain | EnumType, offers: Offers) -> Iterator[Yielded]:
    with offers.at() as counter:
        if isinstance(data_type, EnumType):
            yield _enum(data_type, counter)
        else:
            yield from _domain(data_type, counter)


def _enum(enum: EnumType, counter: Counter) -> Yielded:
    strangers = ["", *(f"{label}x" for label in enum.labels), *map(str.swapcase, enum.labels)]
    strangers = [text for text in dict.fromkeys(strangers) if text not in enum.labels]
    wrong = [one for one in counter.cast(enum.identity, strangers) if one.sqlstate != INVALID_TEXT]
    right = [one for one in counter.cast(enum.identity, enum.labels) if one.is_taken]
    name = short_name(enum.qualified_name)
    if not right:
        return _violation(name, "it has no labels: no value can be stored", "Give it labels.")
    if wrong:
        found = f"{wrong[0].offered['value']!r} is taken though it is no label"
        return _violation(name, found, "Drop the cast that takes other texts.")
    return Evidence(
        seen=f"takes its {len(right)} labels, refuses {len(strangers)} others with {INVALID_TEXT}"
    )


def _domain(domain: Domain, counter: Counter) -> Iterator[Yielded]:
    column = as_column(domain)
    texts = [None, *guesses(column, counter.catalog)]
    answers = counter.cast(domain.identity, texts)
    taken = [one.offered for one in answers if one.is_taken and one.offered["value"] is not None]
    if not domain.is_nullable:
        yield _null(domain, answers[0])
    for name, condition in checks_of(domain):
        refused = [one for one in answers if _is_refused(one, name, domain)]
        if not refused:
            yield _unbroken(domain, name, condition, answers, counter)
        elif not taken:
            yield Skip(why=f"no value was found that {short_name(domain.qualified_name)} takes")
        else:
            lines = told([column], taken, [one.offered for one in refused], CHECK_VIOLATION)
            yield Evidence(seen=f"{name} {lines}")
    if domain.is_nullable and not domain.checks:
        yield Evidence(seen=f"promises no more than {domain.base_type}")


def _null(domain: Domain, answer: Answer) -> Yielded:
    if (answer.sqlstate, answer.data_type) == (NOT_NULL_VIOLATION, domain.name):
        return Evidence(seen=f"{NOT_NULL_VIOLATION} for NULL")
    name = short_name(domain.qualified_name)
    if answer.is_taken:
        return _violation(name, "a NULL is taken", "Validate its NOT NULL.")
    return Skip(why=f"a NULL is stopped before {name} is asked: {in_the_way([answer])}")


def _unbroken(
    domain: Domain, name: str, condition: str, answers: list[Answer], counter: Counter
) -> Yielded:
    where = short_name(domain.qualified_name)
    if _refuses_nothing(domain, condition, answers, counter):
        return _violation(
            where,
            f"no value can break {name}: CHECK ({condition})",
            f"Make {name} again with a condition that is false for what it must refuse.",
        )
    others = in_the_way(answers)
    return Skip(
        why=f"none of {len(answers)} values was refused by {name} of {where}"
        f"{f' (some by {others})' if others else ''}; break it in a test of your own"
    )


def _refuses_nothing(
    domain: Domain, condition: str, answers: list[Answer], counter: Counter
) -> bool:
    connection = counter.connection
    with connection.transaction(force_rollback=True):
        # There the word by which a check calls its value is the name of a column.
        base = sql.SQL(domain.base_type)
        connection.execute(sql.SQL("CREATE TEMP TABLE valued (value {})").format(base))
        try:
            if is_never_false(condition, sql.SQL("pg_temp.valued"), connection):
                return True
            if not has_written_null(condition):
                return False
            unknown = sql.SQL("SELECT ({}) IS NULL FROM (SELECT %s::{} AS value) AS it").format(
                sql.SQL(condition.replace("%", "%%")), base
            )
            return any(
                connection.execute(unknown, [one.offered["value"]]).fetchone() == (True,)
                for one in answers
                if one.is_taken and one.offered["value"] is not None
            )
        except psycopg.errors.SyntaxError:
            return False  # a condition that says more of its value than a column can be asked


def _is_refused(answer: Answer, name: str, domain: Domain) -> bool:
    told_by = (answer.sqlstate, answer.constraint, answer.data_type)
    return told_by == (CHECK_VIOLATION, name, domain.name)


def _violation(where: str, found: str, fix: str) -> Violation:
    return Violation(
        where=where,
        found=found,
        because="every column of the type relies on what the type does not keep",
        fix=fix,
    )
