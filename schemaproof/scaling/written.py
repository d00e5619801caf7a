"""
Read and write numbers of rows as people do: ``1e9``, ``1000000``, ``10^9``, ``2.5M``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.errors import SchemaproofError

NUMBER = re.compile(
    r"(?P<number>\d[\d_]*(\.\d+)?(e\+?\d+)?)(\^(?P<power>\d+))?(?P<unit>[kmbgt]?)", re.IGNORECASE
)
UNITS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9, "t": 10**12}

# A table has 2^32 - 2 blocks at most; this many rows of one byte still fit into them.
MOST_ROWS = 1e12
# From there on nobody counts digits.
COUNTED = 100_000


class BadSize(SchemaproofError):
    """A size was written that is none."""


def read_sizes(text: str) -> tuple[float, ...]:
    """
    Read numbers of rows that stand between commas; each comes once, from the least.

    Raises:
        BadSize: One is no number, or less than one row.
    """
    return tuple(sorted({_size(each.strip()) for each in text.split(",")}))


def written(number: float, digits: int = 3) -> str:
    """
    Write a number of rows, or a cost, so that its size is seen at a glance.
    """
    if number < COUNTED:
        return f"{number:,.0f}"
    mantissa, _, exponent = f"{number:.{digits - 1}e}".partition("e")
    whole = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{whole}e{int(exponent)}"


def two_digit_numbers(low: float, high: float) -> Iterator[float]:
    """
    Yield every whole number of two significant digits at most between two numbers.
    """
    scale = 1
    while scale < high:
        for digits in range(1 if scale == 1 else 10, 100):
            if low < digits * scale < high:
                yield float(digits * scale)
        scale *= 10


def _size(text: str) -> float:
    found = NUMBER.fullmatch(text)
    if found is None:
        raise BadSize(
            f"needs numbers of rows between commas, such as 1000, 1e6, 10^9 or 1M; found {text!r}"
        )
    number = float(found["number"].replace("_", ""))
    # Else 10^(10^9) would be computed.
    power = min(int(found["power"] or 1), 99)
    rows = number**power * UNITS[found["unit"].lower()] if number < MOST_ROWS else number
    if not 1 <= rows <= MOST_ROWS:
        raise BadSize(f"needs from 1 to {MOST_ROWS:.0e} rows; found {text!r}")
    return float(round(rows))
