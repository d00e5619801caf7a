"""
Propose values for a column: what its type commonly holds, and what its constraints speak of.

A proposal need not be acceptable. The server decides that; nothing here reads an expression
beyond picking the constants out of it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from schemaproof.catalog import Catalog, Column, Constraint, IndexKey
from schemaproof.rows.kinds import NUMBER_RANGES, NUMBER_TYPES, TEXT_TYPES, plain_type
from schemaproof.rows.matching import looks_like_pattern, matching

NUMBERS = ("1", "0", "2", "10", "100", "-1")
TIMES = ("2024-01-01 00:00:00+00", "2030-01-01 00:00:00+00")
WORDS = (
    *("a", "a@b.example", "https://a.example/", "A", "1", "", "aaaaaaaa", "+1 555 0100"),
    *("AA", "AAA", "aa", "aaa"),  # a country, a currency
)
JSON = ("{}", "[]", '["a"]', "[1]", '"a"', "1", "true", "[{}]")

# By pg_type.typname.
BY_TYPE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*NUMBER_TYPES, "money"), NUMBERS),
    **dict.fromkeys(TEXT_TYPES, WORDS),
    **dict.fromkeys(("timestamp", "timestamptz"), TIMES),
    **dict.fromkeys(("json", "jsonb"), JSON),
    "bool": ("false", "true"),
    "uuid": (str(uuid.UUID(int=1)),),
    "date": ("2024-01-01", "2030-01-01"),
    "time": ("12:00:00",),
    "timetz": ("12:00:00+00",),
    "interval": ("1 day", "0"),
    "bytea": (r"\x01",),
    "inet": ("10.0.0.1",),
    "cidr": ("10.0.0.0/8",),
    "macaddr": ("08:00:2b:01:02:03",),
    "bit": ("1",),
    "varbit": ("1",),
    "point": ("(1,1)",),
    "xml": ("<a/>",),
    "ltree": ("a",),
    "box": ("(1,1),(0,0)",),
    "circle": ("<(0,0),1>",),
    "polygon": ("((0,0),(0,1),(1,0))",),
    **dict.fromkeys(NUMBER_RANGES, ("[1,2)", "[5,9)", "empty")),
    "daterange": ("[2024-01-01,2024-01-02)", "[2030-01-01,2030-01-02)", "empty"),
    **dict.fromkeys(
        ("tsrange", "tstzrange"),
        ("[2024-01-01 00:00,2024-01-02 00:00)", "[2030-01-01 00:00,2030-01-02 00:00)", "empty"),
    ),
}
ANY_TYPE = ("", "1", "a", "{}", "empty", "[1,2)", "{1}", "{a}")

QUOTED = re.compile(r"'((?:[^']|'')*)'")
NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?")


def candidates(column: Column, catalog: Catalog) -> tuple[str, ...]:
    """
    Return values to try, the likeliest first.
    """
    labels = next(
        (
            enum.labels
            for enum in catalog.enum_types
            if (enum.schema, enum.name) == (column.type_schema, column.type_name)
        ),
        (),
    )
    kind = plain_type(column)
    common = labels or BY_TYPE.get(kind, ANY_TYPE)
    spoken_of = constants(column, catalog)
    patterns = [one for one in spoken_of if kind in TEXT_TYPES and looks_like_pattern(one)]
    matched = [text for one in patterns if (text := matching(one)) is not None]
    return tuple(dict.fromkeys([*spoken_of, *common, *matched]))


def takes_null(column: Column, catalog: Catalog) -> bool:
    """
    Tell whether the column takes a NULL: its domain may refuse it too.
    """
    return column.is_nullable and not any(
        (domain.schema, domain.name) == (column.type_schema, column.type_name)
        and not domain.is_nullable
        for domain in catalog.domains
    )


def is_counted(column: Column) -> bool:
    """
    Tell whether the column counts by itself.
    """
    default = column.default or ""
    return column.identity_generation is not None or default.startswith(
        ("nextval(", "gen_random_uuid(", "uuid_generate_v", "uuidv")
    )


def constants(column: Column, catalog: Catalog) -> tuple[str, ...]:
    """
    Return the constants that CHECK constraints on the column, or its domain, compare it with.
    """
    found: list[str] = []
    definitions = [constraint.definition for constraint in checks_on(column, catalog)]
    for domain in catalog.domains:
        if (domain.schema, domain.name) == (column.type_schema, column.type_name):
            definitions.extend(domain.checks)
    for definition in definitions:
        found.extend(constants_in(definition))
    return tuple(dict.fromkeys(found))


def constants_in(definition: str) -> Iterator[str]:
    """
    Yield the constants of an expression, and the neighbours of numbers.
    """
    yield from (text.replace("''", "'") for text in QUOTED.findall(definition))
    bare = QUOTED.sub("", definition)
    for number in NUMBER.findall(bare):
        whole = int(float(number))
        yield from (number, str(whole + 1), str(whole - 1))


def checks_on(column: Column, catalog: Catalog) -> tuple[Constraint, ...]:
    """
    Return the CHECK constraints that read the column, or one that is generated from it.
    """
    names = {column.name, *(made.name for made in made_from(column, catalog))}
    return tuple(
        constraint
        for constraint in catalog.constraints_of(column.table)
        if constraint.kind == "check constraint" and not names.isdisjoint(constraint.columns)
    )


def made_from(column: Column, catalog: Catalog) -> tuple[Column, ...]:
    """
    Return the columns that are generated from the column.
    """
    return tuple(
        made
        for made in catalog.columns_of(column.table)
        if made.generated is not None and mentions(made.generated, column.name)
    )


def mentions(expression: str, column: str) -> bool:
    """
    Tell whether an expression may read a column.
    """
    return re.search(rf"(?<![\w$]){re.escape(column)}(?![\w$])", expression) is not None


def reads(key: IndexKey, column: str) -> bool:
    """
    Tell whether a key of an index is made from the column.
    """
    return key.column == column if key.expression is None else mentions(key.expression, column)
