"""
Give a column another value for each number.

For rows that are made one by one; `fresh` writes the same as an expression, for many at once.
"""

from __future__ import annotations

import uuid

from schemaproof.catalog import Column
from schemaproof.rows.kinds import MOMENT_TYPES, NUMBER_TYPES, TEXT_TYPES, plain_type


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
        # In front, so that an address or a URL keeps the end that a CHECK looks at.
        return f"{number}{base or 'x'}"
    if kind in MOMENT_TYPES:
        # Days that every month has, 336 to a year.
        return f"{2031 + number // 336}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    return base
