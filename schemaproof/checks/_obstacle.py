"""
Say what stands in the way of a claim, and what can be done about it.
"""

from __future__ import annotations

from schemaproof.catalog import QualifiedName
from schemaproof.errors import first_line
from schemaproof.rows import NoRowFound
from schemaproof.targets import short_name


def obstacle(error: Exception, otherwise: str) -> str:
    """
    Return what an error says, and what to do; where no row was found, a hint may give one.

    Args:
        error: What was raised while rows were made.
        otherwise: What can be done if nothing else helps.
    """
    way = row_wanted(error.table) if isinstance(error, NoRowFound) else "mend it"
    return f"{first_line(error)}; {way}, or {otherwise}"


def row_wanted(table: QualifiedName) -> str:
    """
    Ask for a row that the table takes.
    """
    return f"say which row it takes in {_hint(table)}"


def break_wanted(table: QualifiedName, constraint: str) -> str:
    """
    Ask for a row that the constraint refuses.
    """
    return f"say which row it refuses in {_hint(table)}, breaks = '{constraint}'"


def _hint(table: QualifiedName) -> str:
    return (
        f"[[tool.schemaproof.hints]]: table = '{short_name(table)}', values = {{column = 'text'}}"
    )
