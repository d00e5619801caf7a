"""
Give a column another value for each number.

For rows that are made one by one; `fresh` writes the same as an expression, for many at once.
"""

from __future__ import annotations

import datetime as dt
import uuid

from schemaproof.catalog import Column
from schemaproof.rows.kinds import (
    MOMENT_TYPES,
    NUMBER_RANGES,
    NUMBER_TYPES,
    RANGES,
    TEXT_TYPES,
    plain_type,
)  # fmt: skip

LEAST_ZEROS = 3  # fewer run out


def fresh_value(column: Column, base: str | None, number: int) -> str | None:
    """
    Return a value of the column that is another one for each number; ``base``, if there is none.
    """
    kind = plain_type(column)
    if kind == "uuid":
        return str(uuid.UUID(int=0xFACADE00000000000000000000000000 + number))
    if kind in NUMBER_TYPES:
        return str(20_000 + number)
    if kind in TEXT_TYPES:
        return numbered(base or "x", number)
    if kind in MOMENT_TYPES:
        # Days that every month has, 336 to a year.
        return f"{2031 + number // 336}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    return _range(kind, number) if kind in RANGES else base


def numbered(text: str, number: int) -> str:
    """
    Return another text for each number, in the same form as far as it may be guessed.
    """
    zeros = len(text) - len(text.rstrip("0"))
    if zeros >= LEAST_ZEROS and len(str(number)) <= zeros:
        # A number already, of as many digits as a pattern asks for.
        return f"{text[:-zeros]}{number:0{zeros}}"
    # In front, so that an address or a URL keeps the end that a CHECK looks at.
    return f"{number}{text}"


def _range(kind: str, number: int) -> str:
    if kind in NUMBER_RANGES:
        return f"[{20_000 + number},{20_001 + number})"
    day = dt.date(2031, 1, 1) + dt.timedelta(days=number)
    return f"[{day},{day + dt.timedelta(days=1)})"
