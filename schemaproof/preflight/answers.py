"""
Say how many rows break a demand and which, or why nobody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

MOST_ROWS = 1000  # more are not counted: the first thousand say it too

OBSTACLES: tuple[tuple[tuple[type[psycopg.Error], ...], str], ...] = (
    (
        (psycopg.errors.QueryCanceled,),
        "it took longer than statement_timeout allows; give it more time, or an index",
    ),
    (
        (psycopg.errors.LockNotAvailable,),
        "another session's lock was in its way for longer than lock_timeout allows",
    ),
    (
        (psycopg.errors.InsufficientPrivilege,),
        "the role may not read all of it; GRANT SELECT, and BYPASSRLS where policies hide rows",
    ),
    (
        (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn),
        "it speaks of a table or column that is not there now",
    ),
    (
        (psycopg.errors.UndefinedFunction, psycopg.errors.UndefinedObject),
        "it uses a function, operator or type that is not there now",
    ),
    ((psycopg.DataError,), "a value cannot be converted to the type that it will have"),
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    Which rows break a demand.

    Attributes:
        rows: How many.
        is_more: Whether there may be more than that.
        keys: The keys of some of them.
        obstacle: Why nobody can tell; None if it could be asked.
    """

    rows: int = 0
    is_more: bool = False
    keys: tuple[str, ...] = ()
    obstacle: str | None = None

    @property
    def counted(self) -> str:
        """
        The number in words: ``3 rows``, ``more than 1,000 rows``, ``at least 1 row``.
        """
        words = f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
        if not self.is_more:
            return words
        return f"at least {words}" if self.rows < MOST_ROWS else f"more than {words}"


@dataclass(frozen=True, kw_only=True)
class Size:
    """
    How large a table is.

    Attributes:
        table_bytes: Of its rows, those that are stored apart included.
        index_bytes: Of its indexes.
        rows: How many rows the server believes it to have.
    """

    table_bytes: int
    index_bytes: int
    rows: int


def obstacle_of(error: psycopg.Error) -> str:
    """
    Say why a question had no answer, in words that quote no value.
    """
    told = next((told for kinds, told in OBSTACLES if isinstance(error, kinds)), None)
    return f"{told or 'the server refused the question'} (SQLSTATE {error.sqlstate})"
