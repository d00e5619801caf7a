"""
Make the CHECK constraints that the tables share, from the constants in ``limits``.

Each is true or false for every value the column's type can hold and never an error, whatever order
PostgreSQL evaluates its parts in: a refused row must answer 23514 with the constraint's name.

Source: https://www.postgresql.org/docs/current/functions-json.html#STRICT-AND-LAX-MODES
"""

from typing import get_args

from sqlalchemy import CheckConstraint


def one_of(column: str, enumeration: object) -> CheckConstraint:
    """Allow the members of a ``Literal`` and nothing else."""
    members = ", ".join(f"'{member}'" for member in get_args(enumeration))
    return CheckConstraint(f"{column} IN ({members})", name=f"{column}_known")


def at_least(column: str, minimum: int) -> CheckConstraint:
    """Allow numbers from a minimum on."""
    return CheckConstraint(f"{column} >= {minimum}", name=f"{column}_min")


def within(column: str, minimum: int, maximum: int) -> CheckConstraint:
    """Allow numbers between two bounds, both included."""
    return CheckConstraint(f"{column} BETWEEN {minimum} AND {maximum}", name=f"{column}_range")


def json_object(column: str) -> CheckConstraint:
    """Allow JSON objects, empty ones included."""
    return CheckConstraint(f"jsonb_typeof({column}) = 'object'", name=f"{column}_object")


def json_strings(column: str, *, may_be_empty: bool) -> CheckConstraint:
    """
    Allow JSON arrays whose elements are all strings.

    ``strict``, because lax mode unwraps nested arrays and would take ``[["a"]]``; ``silent``,
    because strict mode raises on what is not an array, and AND does not promise to have looked at
    the type first.
    """
    not_empty = "" if may_be_empty else f" AND {column} <> '[]'"
    return CheckConstraint(
        f"jsonb_typeof({column}) = 'array'{not_empty} AND NOT jsonb_path_exists("
        f"{column}, 'strict $[*] ? (@.type() <> \"string\")', silent => true)",
        name=f"{column}_strings",
    )
