"""
Ask PostgreSQL how it runs a statement that was prepared.

It may be planned for any values: once it has run five times, the server compares such a generic
plan with what the plans for the values it met have cost on average, the time to make them included,
and takes the cheaper. Drivers prepare what is sent often: psycopg after five times, asyncpg at
once.

Source: https://github.com/postgres/postgres/blob/master/src/backend/utils/cache/plancache.c
(choose_custom_plan) and https://www.psycopg.org/psycopg3/docs/advanced/prepare.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, CursorResult, Executable, event

from schemaproof.plans.explain import PLANNED, clause, explained, explanation
from schemaproof.plans.plan import Explanation

CUSTOM = 5  # so many times the server plans for the values, whatever that costs
GENERIC_SINCE = (16,)  # EXPLAIN (GENERIC_PLAN)
NAME = "schemaproof_prepared"
PLACE = re.compile(r"%\((?P<name>[^)]+)\)s|%%")

Rewrite = Callable[[str, Any], tuple[str, Any]]


def explained_generic(
    connection: Connection,
    statement: Executable | str,
    parameters: Mapping[str, Any] | None = None,
) -> Explanation:
    """
    Return what the server says of a statement that is prepared for any values.

    Args:
        connection: Where to plan; its settings and statistics decide.
        statement: SQL text with ``:names``, or a SQLAlchemy statement.
        parameters: How long its lists are; what is in them does not matter.

    Raises:
        sqlalchemy.exc.DBAPIError: The server does not accept the statement.
    """
    # A value that is not known is none that a plan for any would heed.
    known = clause(statement).compile(dialect=connection.dialect).params
    values = {**known, **(parameters or {})}
    if (connection.dialect.server_version_info or (0,)) < GENERIC_SINCE:
        return _prepared_generic(connection, statement, values)
    names: list[str] = []

    def as_generic(text: str, _values: Any) -> tuple[str, Any]:
        numbered, names[:] = _numbered(text)
        return numbered.replace(PLANNED, f"{PLANNED}, GENERIC_PLAN", 1), {}

    with _rewriting(connection, as_generic):
        found = explained(connection, statement, values)
    return replace(found, names=tuple(names))


def explained_repeated(
    connection: Connection,
    statement: Executable | str,
    parameters: Mapping[str, Any] | None = None,
) -> Explanation:
    """
    Return what the server says of a statement the sixth time, with the same values every time.

    Args:
        connection: Where to plan; its settings and statistics decide.
        statement: SQL text with ``:names``, or a SQLAlchemy statement.
        parameters: Their values.

    Raises:
        sqlalchemy.exc.DBAPIError: The server does not accept the statement.
    """
    with _prepared(connection, statement, parameters) as values:
        literals = [sql.Literal(value).as_string() for value in values.values()]
        for _ in range(CUSTOM):
            _executed(connection, literals)
        return _executed(connection, literals)


def send(connection: Connection, statement: str) -> CursorResult[Any]:
    """
    Run SQL that holds no place for a value, whatever signs are in it.
    """
    return connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _prepared_generic(
    connection: Connection, statement: Executable | str, parameters: Mapping[str, Any]
) -> Explanation:
    with _prepared(connection, statement, parameters) as values:
        send(connection, "SET LOCAL plan_cache_mode = force_generic_plan")
        return replace(_executed(connection, ["NULL"] * len(values)), names=tuple(values))


@contextmanager
def _prepared(
    connection: Connection, statement: Executable | str, parameters: Mapping[str, Any] | None
) -> Iterator[dict[str, Any]]:
    """
    Prepare a statement as it is sent, and lend its values by name in the order of their numbers.
    """
    seen: list[tuple[str, Any]] = []

    def note(text: str, values: Any) -> tuple[str, Any]:
        seen.append((text, values))
        return text, values

    with _rewriting(connection, note):
        explained(connection, statement, parameters)
    sent, values = seen[-1]
    numbered, names = _numbered(sent.removeprefix(f"EXPLAIN ({PLANNED}) "))
    savepoint = connection.begin_nested()
    try:
        send(connection, f"PREPARE {NAME} AS {numbered.replace('%%', '%')}")
        yield {name: values[name] for name in names}
        send(connection, f"DEALLOCATE {NAME}")
    finally:
        savepoint.rollback()
        # A statement stays prepared whatever is rolled back, unless the driver forgets them all.
        if send(connection, f"SELECT FROM pg_prepared_statements WHERE name = '{NAME}'").rowcount:
            send(connection, f"DEALLOCATE {NAME}")


def _executed(connection: Connection, literals: list[str]) -> Explanation:
    call = f"({', '.join(literals)})" if literals else ""
    found = send(connection, f"EXPLAIN ({PLANNED}) EXECUTE {NAME}{call}")
    return explanation(found.scalar_one())


def _numbered(text: str) -> tuple[str, list[str]]:
    # As the server names parameters, whatever the driver calls them.
    names = [*dict.fromkeys(place["name"] for place in PLACE.finditer(text) if place["name"])]
    numbers = {name: f"${number}" for number, name in enumerate(names, 1)}
    return PLACE.sub(lambda place: numbers.get(place["name"], "%%"), text), names


@contextmanager
def _rewriting(connection: Connection, rewrite: Rewrite) -> Iterator[None]:
    # What the driver is given, lists and casts included, is known only when it is given.
    def see(_connection: Any, _cursor: Any, text: str, values: Any, *_others: Any) -> Any:
        return rewrite(text, values)

    event.listen(connection, "before_cursor_execute", see, retval=True)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", see)
