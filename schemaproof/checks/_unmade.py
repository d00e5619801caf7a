"""
Say that rows for a claim could not be made, and what to do about it.
"""

from __future__ import annotations

from schemaproof.catalog import QualifiedName
from schemaproof.checks.check import Skip
from schemaproof.rows import NoRowFound
from schemaproof.targets import short_name


def unmade(error: Exception, instead: str) -> Skip:
    """
    Return what is skipped when rows cannot be made.

    Args:
        error: What stood in the way.
        instead: What a test of the project's own would do, in the imperative.
    """
    told = " ".join(str(error).splitlines()[:1])
    if isinstance(error, NoRowFound):
        # Whose row it is: a parent's, often.
        return Skip(why=f"{told}; {row_wanted(error.table)}, or {instead} in a test of your own")
    return Skip(why=f"{told}; {instead} in a test of your own")


def row_wanted(table: QualifiedName) -> str:
    """
    Ask for a row that the table takes.
    """
    return f"say which row it takes in {hint_of(table)}"


def hint_of(table: QualifiedName) -> str:
    """
    Show the lines of configuration that tell of a row.
    """
    return (
        f"[[tool.schemaproof.hints]]: table = '{short_name(table)}', values = {{column = 'text'}}"
    )
