"""
See that what is to be explained is one statement: behind a semicolon a second one would be run.

The server says so itself when it is to prepare them; it is not asked to run what it has prepared.

Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
"""

from __future__ import annotations

from typing import Any

from psycopg.pq import DiagnosticField
from sqlalchemy import Connection, Executable

from schemaproof.plans.explain import NoPlan, clause

SYNTAX_ERROR = b"42601"


def refuse_several(connection: Connection, statement: Executable | str) -> None:
    """
    See that a statement is one, outside a transaction.

    Raises:
        NoPlan: There are several.
    """
    dialect_class: Any = type(connection.dialect)
    options = {"render_postcompile": True}
    compiled = clause(statement).compile(
        dialect=dialect_class(paramstyle="numeric_dollar"), compile_kwargs=options
    )
    driver: Any = connection.connection.driver_connection
    result = driver.pgconn.prepare(b"", f"{compiled}".encode())
    is_syntax = result.error_field(DiagnosticField.SQLSTATE) == SYNTAX_ERROR
    # All other mistakes in the syntax have a place, and are told when it is explained.
    if is_syntax and result.error_field(DiagnosticField.STATEMENT_POSITION) is None:
        told = result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b""
        raise NoPlan(f"needs one statement; the server says: {told.decode()}")
