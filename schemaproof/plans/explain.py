"""
Ask PostgreSQL how it would run a statement as SQLAlchemy would send it.

Source: https://www.postgresql.org/docs/current/sql-explain.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Executable, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

from schemaproof.errors import SchemaproofError
from schemaproof.plans.colons import told_apart
from schemaproof.plans.plan import Explanation, Plan
from schemaproof.plans.read import read_plan

PLANNED = "FORMAT JSON, SETTINGS, VERBOSE"
# The clock would be read for each row, and nobody asks for it here.
RUN = f"{PLANNED}, ANALYZE, BUFFERS, TIMING OFF"


class NoPlan(SchemaproofError):
    """The server has no plan for what was asked for, or more than one."""


def explain(connection: Connection, statement: Executable | str) -> Plan:
    """
    Return the plan of a statement as SQLAlchemy would send it; the statement is not run.

    Args:
        connection: Where to plan; its settings and statistics decide.
        statement: SQL text, or a SQLAlchemy statement with its parameters bound.

    Raises:
        NoPlan: It has none, as what only defines something, or more than one.
        sqlalchemy.exc.DBAPIError: The server does not accept the statement.
    """
    return explained(connection, statement).plan


def explained(
    connection: Connection,
    statement: Executable | str,
    parameters: Mapping[str, Any] | None = None,
    *,
    is_run: bool = False,
) -> Explanation:
    """
    Return what the server says of a statement with the values that it is sent with.

    Args:
        connection: Where to plan; its settings and statistics decide.
        statement: SQL text with ``:names``, or a SQLAlchemy statement.
        parameters: Their values.
        is_run: Whether it is run, to see how many rows came and how many blocks were touched.

    Raises:
        NoPlan: It has none, as what only defines something, or more than one.
        sqlalchemy.exc.DBAPIError: The server does not accept the statement.
    """
    wrapped = _Explained(clause(statement), RUN if is_run else PLANNED)
    return explanation(connection.execute(wrapped, dict(parameters or {})).scalar_one())


def clause(statement: Executable | str) -> ClauseElement:
    """
    Return a statement as SQLAlchemy knows it, with those parameters that a person sees in it.

    Raises:
        TypeError: It is none.
    """
    found = text(told_apart(statement)) if isinstance(statement, str) else statement
    if not isinstance(found, ClauseElement):
        raise TypeError(f"SQL text or a SQLAlchemy statement is needed, not {statement!r}")
    return found


class _Explained(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: ClauseElement, options: str) -> None:
        self.statement, self.wanted = statement, options


@compiles(_Explained)
def _render(element: _Explained, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN ({element.wanted}) {compiler.process(element.statement, **options)}"


def explanation(found: list[Any]) -> Explanation:
    """
    Read what ``EXPLAIN (FORMAT JSON)`` says.

    Raises:
        NoPlan: It has none, as what only defines something, or more than one.
    """
    # A rule may put nothing, or several statements, in the place of one.
    if len(found) != 1 or "Plan" not in found[0]:
        told = "several plans" if len(found) > 1 else "no plan"
        raise NoPlan(f"needs a statement with a plan of its own; the server has {told} for it")
    (whole,) = found
    return Explanation(
        plan=read_plan(whole["Plan"]),
        settings=whole.get("Settings", {}),
        has_jit="JIT" in whole,
        text=json.dumps(found),
    )
