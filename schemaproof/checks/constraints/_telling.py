"""
Say in a line which rows a constraint took and which it refused, the closest ones if it has a line.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence

from schemaproof.catalog import Column
from schemaproof.rows import Values
from schemaproof.rows.candidates import TEXTS, plain_type

SHOWN = 3
LONG = 48  # characters; of a longer text the number of characters is told
NUMBERS = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})
DAY = 10  # characters of YYYY-MM-DD


def told(
    columns: Sequence[Column], taken: Sequence[Values], refused: Sequence[Values], sqlstate: str
) -> str:
    """
    Return ``takes 0 and 100, refuses -1 and 101 with 23514``.
    """
    if len(columns) == 1:
        taken, refused = _closest(columns[0], taken, refused)
    first = f"takes {listed(columns, taken)}, " if taken else ""
    return f"{first}refuses {listed(columns, refused)} with {sqlstate}"


def listed(columns: Sequence[Column], rows: Sequence[Values]) -> str:
    """
    Name the first rows by their values in the columns, and count the others.
    """
    words = [*dict.fromkeys(shown(columns, row) for row in rows)]
    if len(words) > SHOWN + 1:
        words = [*words[:SHOWN], f"{len(words) - SHOWN} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def shown(columns: Sequence[Column], row: Values) -> str:
    """
    Write a row's values in the columns: ``3``, or ``(a = 1, b = NULL)``.
    """
    if len(columns) == 1:
        return _value(columns[0], row)
    return f"({', '.join(f'{column.name} = {_value(column, row)}' for column in columns)})"


def _value(column: Column, row: Values) -> str:
    if column.name not in row:
        return "its default"
    text = row[column.name]
    if text is None:
        return "NULL"
    if plain_type(column) in NUMBERS:
        return text
    return repr(text) if len(text) <= LONG else f"{len(text)} characters"


def _closest(
    column: Column, taken: Sequence[Values], refused: Sequence[Values]
) -> tuple[Sequence[Values], Sequence[Values]]:
    # In the order of their sizes: where the answer changes, there is the line.
    sized = sorted(
        [(size, True, row) for size, row in _sizes(column, taken)]
        + [(size, False, row) for size, row in _sizes(column, refused)],
        key=lambda one: one[:2],
    )
    borders = [pair for pair in itertools.pairwise(sized) if pair[0][1] != pair[1][1]]
    # A line is crossed once, or there and back; more is no line, and nor is one within a size.
    if not 1 <= len(borders) <= 2 or any(one[0] == other[0] for one, other in borders):
        return taken, refused
    near = [*itertools.chain.from_iterable(borders)]
    return [row for _, is_taken, row in near if is_taken], [
        row for _, is_taken, row in near if not is_taken
    ]


def _sizes(column: Column, rows: Iterable[Values]) -> list[tuple[float, Values]]:
    kind = plain_type(column)
    texts = [(text, row) for row in rows if (text := row.get(column.name))]
    if kind in TEXTS:
        return [(len(text), row) for text, row in texts]
    if kind in NUMBERS:
        return [(float(text), row) for text, row in texts if text != "NaN"]
    if kind == "date":
        days = [(text, row) for text, row in texts if text[:1].isdigit() and len(text) == DAY]
        return [(dt.date.fromisoformat(text).toordinal(), row) for text, row in days]
    return []
