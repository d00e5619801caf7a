"""
Propose values on either side of what a constraint may draw as a line.

What a type commonly holds, the constants of the column's CHECKs with their neighbours, texts and
dates of the lengths and days that they speak of, and the ends of the type.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator

from schemaproof.catalog import Catalog, Column
from schemaproof.rows.candidates import candidates, constants
from schemaproof.rows.extremes import extremes
from schemaproof.rows.kinds import MOMENT_TYPES, TEXT_TYPES, plain_type

JSON = frozenset({"json", "jsonb"})
NUMBER = re.compile(r"-?[\d.]+")
MOST_WORDS = 5
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOST_ELEMENTS = 1000
LONGEST = 10_000  # characters; a bound beyond is not worth the way


def guesses(column: Column, catalog: Catalog) -> tuple[str, ...]:
    """
    Return values to try, those first that a CHECK speaks of.
    """
    spoken_of = constants(column, catalog)
    if column.type_kind == "enum":
        return candidates(column, catalog)
    return tuple(
        dict.fromkeys(
            [
                *spoken_of,
                *_about(plain_type(column), spoken_of),
                *_as_many(column, spoken_of),
                *candidates(column, catalog),
                *extremes(column, catalog),
            ]
        )
    )


def _about(kind: str, spoken_of: tuple[str, ...]) -> Iterator[str]:
    if kind in TEXT_TYPES:
        # A number may be a length, and a word has other spellings.
        yield from ("a" * int(text) for text in spoken_of if text.isdecimal() and _is_short(text))
        yield from (text.swapcase() for text in spoken_of)
    if kind in JSON:
        # A word may be the name of a key, and the next one what stands there.
        words = [text for text in spoken_of if not NUMBER.fullmatch(text)][:MOST_WORDS]
        yield from (json.dumps({key: word}) for key in words for word in (*words, "a", 1, None))
    if kind in MOMENT_TYPES:
        for text in spoken_of:
            found = DAY.match(text)
            if found:
                day = dt.date.fromisoformat(found.group())
                yield from (str(day + dt.timedelta(days=step)) for step in (-1, 0, 1))


def _as_many(column: Column, spoken_of: tuple[str, ...]) -> Iterator[str]:
    # A number may be how many there may be.
    counts = [int(text) for text in spoken_of if text.isdecimal() and int(text) <= MOST_ELEMENTS]
    if column.type_kind == "array":
        yield from (f"{{{','.join(['1'] * count)}}}" for count in counts)
    if plain_type(column) in JSON:
        yield from (json.dumps([1] * count) for count in counts)


def _is_short(text: str) -> bool:
    return len(text) < 6 and int(text) <= LONGEST
