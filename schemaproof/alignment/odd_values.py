"""
List the values that few people think of, by what JSON calls their type.

What PostgreSQL cannot store (NUL, halves of surrogate pairs, NaN in JSON, numbers past 64 bits),
what Python cannot load, and what changes on the way.

Source: https://www.postgresql.org/docs/current/datatype.html
"""

from __future__ import annotations

import math

from schemaproof.alignment.schema import Json
from schemaproof.rows.candidates import WORDS
from schemaproof.rows.extremes import AWKWARD, BLANKS, LONG, UNICODE

NUL, HALF_A_PAIR = "a\x00b", "a\ud800b"
# Readers and writers of JSON recurse: Pydantic's writer ends at 255 levels, Python's goes further.
DEPTH = 300
NUMBERS = (1, 0, 2, 10, 100, -1, 2.5)
TEXTS = (
    *("", " ", "x" * LONG, UNICODE, AWKWARD, BLANKS, NUL, HALF_A_PAIR),
    *("\u01c5 e\u0301 \xe9", "\x7f\x85\u2028", "%s %(a)s {0} $1", "NULL"),
)
INTEGERS = (
    *(2**15 - 1, 2**15, -(2**15), -(2**15) - 1),
    *(2**31 - 1, 2**31, -(2**31), -(2**31) - 1),
    *(2**63 - 1, 2**63, -(2**63), -(2**63) - 1),
    *(10**30, -(10**30)),
)
REALS = (math.nan, math.inf, -0.0, 0.1, 1e16, 1.7976931348623157e308, 5e-324)
TIMES = (
    *("2024-01-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2024-02-29T12:00:00.5+05:45"),
    *("infinity", "-infinity", math.inf, 10**30, -(10**11)),
)
# By the ``format`` of a text.
FORMATS: dict[str, tuple[Json, ...]] = {
    "date-time": ("2024-01-01T00:00:00Z", *TIMES),
    "date": ("2024-01-01", "0001-01-01", "9999-12-31", "infinity"),
    "time": ("12:00:00", "12:00:00Z", "23:59:59.999999", "00:00:00+05:45"),
    "duration": ("P1D", "PT0S", "-P1D", "P999999999D", "PT0.000001S"),
    "uuid": (
        "00000000-0000-0000-0000-000000000001",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ),
    "email": ("a@b.example", "a@example.com"),
    "ipv4": ("10.0.0.1", "255.255.255.255"),
    "ipv6": ("::1", "::"),
}
# For a field that says nothing of its type.
ANYTHING: tuple[Json, ...] = (*WORDS, *NUMBERS, True, [], {}, None)


def nested(value: Json, levels: int) -> Json:
    """
    Put a value into so many lists.
    """
    for _ in range(levels):
        value = [value]
    return value


DOCUMENTS: tuple[Json, ...] = (
    *({"a": {"b": [1, None, "\xfc", 2.5, True]}}, [], {}, None, "", 0, False),
    *([None], [[]], [1], [{}], {"": ""}, {"a": NUL}, {NUL: 1}, {"a": HALF_A_PAIR}),
    *({"a": math.nan}, {"a": [math.inf]}, {"a": 10**30}, {"a": 1e300}, {"a": 0.1}, {"a": -0.0}),
    *({"a": nested([], DEPTH)}, nested("x", DEPTH), {"a": UNICODE}),
)
