"""
Offer every enum and every domain texts that it must take and texts that it must refuse.

An enum refuses with SQLSTATE 22P02 what is not one of its labels. A domain refuses with 23514 and
its check's name what that check is false for, and with 23502 a NULL if it is NOT NULL.

Source: https://www.postgresql.org/docs/current/domains.html
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from schemaproof.catalog import Domain, EnumType
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.constraints._domain_column import as_column
from schemaproof.checks.constraints._judging import in_the_way
from schemaproof.checks.constraints._never import is_never_false
from schemaproof.checks.constraints._telling import told
from schemaproof.postgres.sqlstates import CHECK_VIOLATION, INVALID_TEXT, NOT_NULL_VIOLATION
from schemaproof.rows import guesses
from schemaproof.targets import short_name
from schemaproof.trials.offers import Answer, Counter, Offers


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
    taken = [one for one in counter.cast(enum.identity, enum.labels) if one.is_taken]
    refused = [
        one for one in counter.cast(enum.identity, strangers) if one.sqlstate == INVALID_TEXT
    ]
    if not taken:
        found = "it has no labels: no value can be stored"
        return _violation(short_name(enum.qualified_name), found, "Give it labels.")
    # A cast of one's own may read them as labels: what is stored is a label all the same.
    read = len(strangers) - len(refused)
    seen = f"takes its {len(taken)} labels, refuses {len(refused)} others with {INVALID_TEXT}"
    return Evidence(seen=f"{seen}, reads {read} as labels" if read else seen)


def _domain(domain: Domain, counter: Counter) -> Iterator[Yielded]:
    column = as_column(domain)
    texts = [None, *guesses(column, counter.catalog)]
    answers = counter.cast(domain.identity, texts)
    taken = [one.offered for one in answers if one.is_taken and one.offered["value"] is not None]
    if not domain.is_nullable:
        yield _null(domain, answers[0])
    for name, condition, _ in domain.named_checks:
        refused = [one for one in answers if _is_refused(one, name, domain)]
        if not refused:
            yield _unbroken(domain, name, condition, answers, counter)
        elif not taken:
            where = short_name(domain.qualified_name)
            yield Skip(why=f"no value was found that {where} takes; cast one in a test of your own")
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
    return Skip(
        why=f"a NULL is stopped before {name} is asked: {in_the_way([answer])}; offer it one in a "
        "test of your own"
    )


def _unbroken(
    domain: Domain, name: str, condition: str, answers: list[Answer], counter: Counter
) -> Yielded:
    where = short_name(domain.qualified_name)
    if _refuses_nothing(domain, condition, counter):
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


def _refuses_nothing(domain: Domain, condition: str, counter: Counter) -> bool:
    with counter.connection.transaction(force_rollback=True):
        # There the word by which a check calls its value is the name of a column.
        made = sql.SQL("CREATE TEMP TABLE valued (value {})").format(sql.SQL(domain.base_type))
        counter.connection.execute(made)
        return is_never_false(condition, sql.SQL("pg_temp.valued"), counter.connection)


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
