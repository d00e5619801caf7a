"""
Read from a registered statement which tables it is about.
"""

from __future__ import annotations

import re

from sqlalchemy import Executable, Table
from sqlalchemy.sql import visitors

from schemaproof.catalog import QualifiedName
from schemaproof.plans import clause


def changed(statement: Executable | str) -> str | None:
    """
    Return the table that a statement changes; None if it only reads.
    """
    # Those of cascades are written as the server sends them.
    found = re.match(r"(?:UPDATE|DELETE FROM) ONLY (\w+)", str(statement))
    return found.group(1) if found else None


def searched(statement: Executable | str, column: str) -> QualifiedName:
    """
    Return the table in which a statement looks for values of a column.

    Raises:
        LookupError: It looks for none.
    """
    if table := changed(statement):
        return QualifiedName("public", table)
    for element in visitors.iterate(clause(statement)):
        if isinstance(element, Table) and column in element.columns:
            return QualifiedName(element.schema or "public", element.name)
    raise LookupError(f"no table with {column!r} in: {statement}")
