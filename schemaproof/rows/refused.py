"""
Say who refuses a change of rows, and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemaproof.catalog import QualifiedName
from schemaproof.postgres.sqlstates import FOREIGN_KEY_VIOLATION

RESTRICT_HAS_ITS_OWN_CODE = 180000  # server_version_num

Moment = Literal["statement", "commit"]


@dataclass(frozen=True)
class Refused:
    """
    The statement, or the COMMIT after it, must fail.

    Attributes:
        by: The name of the foreign key or unique index that refuses, or of the NOT NULL column.
        sqlstate: The five characters of the error.
        at: When.
    """

    by: str
    sqlstate: str = FOREIGN_KEY_VIOLATION
    at: Moment = "statement"


@dataclass(frozen=True, kw_only=True)
class Unique:
    """
    What no two rows of a table may share.

    Attributes:
        table: The table.
        name: The index's name.
        columns: The columns.
        nulls_not_distinct: Whether two NULLs count as equal.
    """

    table: QualifiedName
    name: str
    columns: tuple[str, ...]
    nulls_not_distinct: bool = False
