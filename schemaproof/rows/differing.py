"""
Give a column a value that is another one for each number.
"""

from __future__ import annotations

import datetime as dt
import uuid

from schemaproof.catalog import Column
from schemaproof.rows.candidates import NUMBER_RANGES, RANGES, plain_type

LEAST_ZEROS = 3  # fewer run out


def fresh_value(column: Column, base: str | None, number: int) -> str | None:
    """
    Return a value of the column that is another one for each number; ``base``, if there is none.
    """
    match plain_type(column):
        case "uuid":
            return str(uuid.UUID(int=0xFACADE00000000000000000000000000 + number))
        case "int2" | "int4" | "int8" | "numeric" | "float4" | "float8":
            return str(20_000 + number)
        case "text" | "varchar" | "bpchar" | "citext" | "name":
            return numbered(base or "x", number)
        case "date" | "timestamp" | "timestamptz":
            return f"2031-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
        case kind if kind in RANGES:
            return _range(kind, number)
    return base


def _range(kind: str, number: int) -> str:
    if kind in NUMBER_RANGES:
        return f"[{20_000 + number},{20_001 + number})"
    day = dt.date(2031, 1, 1) + dt.timedelta(days=number)
    return f"[{day},{day + dt.timedelta(days=1)})"


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
