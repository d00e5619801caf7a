"""
Tell of a payload that was taken and not kept who is to blame, and in which words.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from schemaproof.errors import first_line
from schemaproof.postgres.sqlstates import (
    EXCLUSION_VIOLATION,
    FOREIGN_KEY_VIOLATION,
    UNIQUE_VIOLATION,
)

# A row that is there already, or is not there, says nothing of the payload.
OF_OTHER_ROWS = frozenset({FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION, EXCLUSION_VIOLATION})


@dataclass(frozen=True, kw_only=True)
class Failure:
    """
    What became of a payload that was taken and not kept.

    Attributes:
        kind: What tells one sort of failure from another: an SQLSTATE, an exception, ``differs``.
        told: The same as a clause.
        fields: The fields that came back changed, if that is what happened.
        is_of_other_rows: Whether a row was there already, or was not there, which says nothing.
        is_readers: Whether the row was stored, and its Response does not read it.
        is_of_the_rest: Whether it does not read what the payload did not write.
    """

    kind: str
    told: str
    fields: tuple[str, ...] = ()
    is_of_other_rows: bool = False
    is_readers: bool = False
    is_of_the_rest: bool = False


class Raised(Exception):
    """The schema itself raised."""


class Unreadable(Exception):
    """
    The row is stored, and the Response does not read it.

    Attributes:
        is_of_the_rest: Whether it complains of what the payload did not write.
    """

    def __init__(self, told: str, *, is_of_the_rest: bool) -> None:
        self.is_of_the_rest = is_of_the_rest
        super().__init__(told)


def failure_of(error: Exception) -> Failure:
    """
    Return what an exception means that was raised while a payload was stored or read back.
    """
    cause = getattr(error, "orig", None) or error
    sqlstate = getattr(cause, "sqlstate", None)
    if sqlstate in OF_OTHER_ROWS:
        return Failure(kind=sqlstate, told=_told(cause), is_of_other_rows=True)
    if isinstance(cause, Unreadable):
        return Failure(
            kind="unreadable",
            told=str(cause),
            is_readers=True,
            is_of_the_rest=cause.is_of_the_rest,
        )
    if isinstance(cause, Raised):
        return Failure(kind=type(cause.__cause__).__name__, told=str(cause))
    if sqlstate:
        constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
        told = f"PostgreSQL refuses it with {sqlstate}: {_told(cause, constraint)}"
        return Failure(kind=f"{sqlstate} {constraint or ''}", told=told)
    who = "the driver" if isinstance(cause, psycopg.Error) else "the model"
    return Failure(kind=type(cause).__name__, told=f"{who} raises {named(cause)}")


def named(error: BaseException) -> str:
    """
    Return an exception's type and the first line of what it says.
    """
    return f"{type(error).__name__}: {_told(error)}"


def _told(error: BaseException, constraint: str | None = None) -> str:
    told = first_line(error)[:200]
    return told if constraint is None or constraint in told else f"{told} ({constraint})"
