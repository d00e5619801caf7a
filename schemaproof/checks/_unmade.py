"""
Say that rows for a claim could not be made, and what to do about it.
"""

from __future__ import annotations

from schemaproof.catalog import QualifiedName
from schemaproof.checks.check import Skip
from schemaproof.errors import first_line
from schemaproof.rows import NoRowFound
from schemaproof.targets import short_name


def unmade(error: Exception, instead: str) -> Skip:
    """
    Return what is skipped when rows cannot be made.

    Args:
        error: What stood in the way.
        instead: What a test of the project's own would do, in the imperative.
    """
    told = first_line(error)
    if isinstance(error, NoRowFound):
        # Whose row it is: a parent's, often.
        return Skip(why=f"{told}; {row_wanted(error.table)}, or {instead} in a test of your own")
    return Skip(why=f"{told}; mend it, or {instead} in a test of your own")


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
