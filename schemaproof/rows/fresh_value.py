"""
Give a column another value for each number.

For rows that are made one by one; `fresh` writes the same as an expression, for many at once.
"""

from __future__ import annotations

import datetime as dt
import uuid
from string import ascii_uppercase

from schemaproof.catalog import Column
from schemaproof.rows.kinds import (
    MOMENT_TYPES,
    NUMBER_RANGES,
    NUMBER_TYPES,
    RANGES,
    TEXT_TYPES,
    most_characters,
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
        text, most = numbered(base or "x", number), most_characters(column)
        return text if most is None or len(text) <= most else lettered(number, most)
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


def lettered(number: int, length: int) -> str:
    """
    Return a code of so many letters, as of a country or a currency; they end and begin again.
    """
    letters = ""
    for _ in range(length):
        number, place = divmod(number, len(ascii_uppercase))
        letters = ascii_uppercase[place] + letters
    return letters


def _range(kind: str, number: int) -> str:
    if kind in NUMBER_RANGES:
        return f"[{20_000 + number},{20_001 + number})"
    day = dt.date(2031, 1, 1) + dt.timedelta(days=number)
    return f"[{day},{day + dt.timedelta(days=1)})"
