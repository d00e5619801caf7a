"""
Propose the values that a column may hold and that few people think of.

The ends of each type, nothing at all, more than anybody expects, and the characters that break
naive code. Whether a table takes them is for its constraints to say.

Source: https://www.postgresql.org/docs/current/datatype.html
"""

from __future__ import annotations

import re

from schemaproof.catalog import Catalog, Column
from schemaproof.rows.candidates import candidates
from schemaproof.rows.kinds import RANGES, TEXT_TYPES, plain_type

UNICODE = "Zürich \U0001f680 漢字 \u202eabc e\u0301"
AWKWARD = 'O\'Brien "%s" \\n {0} <b>&amp;</b>'
BLANKS = " \t leading and trailing \n "
LONG = 10_000  # characters, where a type sets no limit

BY_TYPE: dict[str, tuple[str, ...]] = {
    "int2": ("-32768", "32767", "0"),
    "int4": ("-2147483648", "2147483647", "0"),
    "int8": ("-9223372036854775808", "9223372036854775807", "0"),
    "float4": ("NaN", "Infinity", "-0"),
    "float8": ("NaN", "-Infinity", "1e308"),
    "date": ("infinity", "0001-01-01", "9999-12-31"),
    "timestamp": ("infinity", "0001-01-01", "9999-12-31 23:59:59.999999"),
    "timestamptz": ("-infinity", "0001-01-01 00:00+00", "9999-12-31 23:59:59.999999+00"),
    "time": ("00:00", "24:00", "23:59:59.999999"),
    "interval": ("0", "-178000000 years", "1 mon -1 day"),
    "json": ("null", "{}", '{"a": {"b": [1, null, "\\u00fc"]}}'),
    "jsonb": ("null", "[]", '{"a": {"b": [1, null, "\\u00fc"]}}'),
    "uuid": (
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ),
    "bytea": (r"\x", r"\x00ff", r"\x" + "ab" * 500),
    "inet": ("::", "255.255.255.255/8"),
    "bool": ("true", "false"),
    **dict.fromkeys(RANGES, ("empty", "(,)")),
}
LENGTH = re.compile(r"\((\d+)(?:,(-?\d+))?\)")


def extremes(column: Column, catalog: Catalog) -> tuple[str, ...]:
    """
    Return values to try, none of them likely.
    """
    kind = plain_type(column)
    length = LENGTH.search(column.base_type or column.type)
    if column.type_kind == "enum":
        return candidates(column, catalog)
    if column.type_kind == "array":
        return ("{}", "{NULL}")
    if kind in TEXT_TYPES:
        most = int(length.group(1)) if length else LONG
        return ("", UNICODE[:most], AWKWARD[:most], "x" * most, BLANKS[:most])
    if kind == "numeric":
        return _numbers(length)
    return BY_TYPE.get(kind, ())


def _numbers(length: re.Match[str] | None) -> tuple[str, ...]:
    if length is None:
        return ("NaN", "0", "-1e100", "0.00000000000000000001")
    precision, scale = int(length.group(1)), int(length.group(2) or 0)
    whole, fraction = max(precision - scale, 0), max(scale, 0)
    most = f"{'9' * whole or '0'}.{'9' * fraction or '0'}"
    return (most, f"-{most}", "0")
