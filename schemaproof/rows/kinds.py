"""
Tell what kind of values a column holds, by the name that ``pg_type.typname`` has for its type.
"""

from __future__ import annotations

import re

from schemaproof.catalog import Column

NUMBER_TYPES = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})
TEXT_TYPES = frozenset({"text", "varchar", "bpchar", "citext", "name"})
MOMENT_TYPES = frozenset({"date", "timestamp", "timestamptz"})
NUMBER_RANGES = frozenset({"int4range", "int8range", "numrange"})
DAY_RANGES = frozenset({"daterange", "tsrange", "tstzrange"})
RANGES = NUMBER_RANGES | DAY_RANGES

# What format_type() writes, without a length, by pg_type.typname, where the two differ.
TYPNAMES = {
    "bigint": "int8",
    "boolean": "bool",
    "character": "bpchar",
    "character varying": "varchar",
    "double precision": "float8",
    "integer": "int4",
    "real": "float4",
    "smallint": "int2",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
}
LENGTH = re.compile(r"\(.*?\)")
LIMIT = re.compile(r"character(?: varying)?\((\d+)\)")


def plain_type(column: Column) -> str:
    """
    Return the typname of the column's type; of a domain, the typname of what it is over.
    """
    if column.type_kind != "domain" or column.base_type is None:
        return column.type_name
    words = LENGTH.sub("", column.base_type)
    return TYPNAMES.get(words, words)


def most_characters(column: Column) -> int | None:
    """
    Return how many characters a column of text takes; None where there is no limit.
    """
    written = column.base_type if column.type_kind == "domain" else column.type
    found = LIMIT.match(written or "")
    return int(found[1]) if found else None
