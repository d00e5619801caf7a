"""
Propose values for a field, as a payload would carry them: plain ones first, then the edges.

A proposal need not be acceptable: the schema decides that. Its JSON schema is read for hints alone,
such as examples, members and bounds; the edges of the types are offered whether it speaks of them
or not.

Source: https://json-schema.org/understanding-json-schema/reference
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

from schemaproof.alignment.schema import Field, Json, Schema
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
INTEGERS = tuple(
    edge
    for bits in (15, 31, 63)
    for edge in (2**bits - 1, 2**bits, -(2**bits), -(2**bits) - 1)
)  # fmt: skip
REALS = (math.nan, math.inf, -0.0, 0.1, 1e16, 1.7976931348623157e308, 5e-324)
TIMES = (
    *("2024-01-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2024-02-29T12:00:00.5+05:45"),
)
# By the ``format`` of a text.
FORMATS: dict[str, tuple[Json, ...]] = {
    "date-time": ("2024-01-01T00:00:00Z", *TIMES),
    "date": ("2024-01-01", "0001-01-01", "9999-12-31"),
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


def plain_values(schema: Schema, field: Field) -> Iterator[Json]:
    """
    Yield values that the field is likely to take, the likeliest first.
    """
    yield from field.info.examples or ()
    yield from _plain(_spec(schema, field), schema.description.get("$defs", {}), 0)
    yield from ANYTHING


def edge_values(schema: Schema, field: Field) -> Iterator[Json]:
    """
    Yield values that few people think of.
    """
    yield from _edges(_spec(schema, field), schema.description.get("$defs", {}), 0)


def member_values(schema: Schema, field: Field) -> Iterator[Json]:
    """
    Yield the members of its enumeration, if it is one.
    """
    defs = schema.description.get("$defs", {})
    parts = [_spec(schema, field)]
    for part in parts:
        yield from _members(part)
        # A type may contain itself.
        parts.extend(one for one in _alternatives(part, defs) if one not in parts)


def _spec(schema: Schema, field: Field) -> Mapping[str, Any]:
    properties = schema.description.get("properties", {})
    return next((properties[name] for name in field.called if name in properties), {})


def _plain(spec: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> Iterator[Json]:
    yield from spec.get("examples", ())
    yield from _members(spec)
    for part in _alternatives(spec, defs):
        yield from _plain(part, defs, depth)
    match spec.get("type"):
        case "string":
            yield from FORMATS.get(spec.get("format", ""), ())
            least, most = spec.get("minLength", 0), spec.get("maxLength", LONG)
            yield from (word.ljust(least, "x")[:most] for word in WORDS)
        case "integer" | "number":
            yield from _bounds(spec)
            yield from NUMBERS
            yield from (spec["multipleOf"],) if "multipleOf" in spec else ()
        case "boolean":
            yield from (True, False)
        case "array" if depth < 4:
            yield from _lists(spec, defs, depth)
        case "object" if depth < 4:
            yield from _objects(spec, defs, depth)
        case "null":
            yield None


def _edges(spec: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> Iterator[Json]:
    yield from _members(spec)
    for part in _alternatives(spec, defs):
        yield from _edges(part, defs, depth)
    match spec.get("type"):
        case "string":
            yield from FORMATS.get(spec.get("format", ""), ())
            yield from ("x" * spec[key] for key in ("maxLength", "minLength") if key in spec)
            yield from TEXTS
        case "integer":
            yield from (*_bounds(spec), *INTEGERS, 0)
        case "number":
            yield from (*_bounds(spec), *REALS, *INTEGERS, 0)
        case "boolean":
            yield from (True, False)
        case "array" if depth < 2:
            yield from _edge_lists(spec, defs, depth)
        case "object":
            yield from DOCUMENTS
            yield from _objects(spec, defs, depth)
        case "null":
            yield None
        case None if not {*spec} & {"enum", "const", "anyOf", "oneOf", "allOf", "$ref"}:
            yield from DOCUMENTS


def _members(spec: Mapping[str, Any]) -> Iterator[Json]:
    yield from spec.get("enum", ())
    if "const" in spec:
        yield spec["const"]


def _alternatives(spec: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in spec:
        yield defs.get(spec["$ref"].rpartition("/")[2], {})
    for key in ("anyOf", "oneOf", "allOf"):
        # Nothing is what is offered last of all.
        yield from sorted(spec.get(key, ()), key=lambda part: part.get("type") == "null")


def _bounds(spec: Mapping[str, Any]) -> Iterator[Json]:
    for key, step in (
        ("minimum", 0),
        ("maximum", 0),
        ("exclusiveMinimum", 1),
        ("exclusiveMaximum", -1),
    ):
        if key in spec:
            bound = spec[key]
            yield int(bound) + step if float(bound).is_integer() else bound


def _lists(spec: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> Iterator[Json]:
    least = spec.get("minItems", 0)
    tuples = [next(_plain(part, defs, depth + 1), None) for part in spec.get("prefixItems", ())]
    items = itertools.islice(_plain(spec.get("items", {}), defs, depth + 1), 8)
    yield from (
        [*tuples, item][: max(least, 1)] if tuples else [item] * max(least, 1) for item in items
    )
    yield tuples


def _edge_lists(spec: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> Iterator[Json]:
    yield []
    items = spec.get("items", {})
    plain = next(_plain(items, defs, depth + 1), None)
    yield [plain] * spec.get("maxItems", 3)
    for item in _edges(items, defs, depth + 1):
        yield [item]
        yield [plain, item]


def _objects(spec: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> Iterator[Json]:
    properties = spec.get("properties", {})
    required = {
        name: next(_plain(properties.get(name, {}), defs, depth + 1), None)
        for name in spec.get("required", ())
    }
    yield required
    if "additionalProperties" in spec and isinstance(spec["additionalProperties"], dict):
        value = next(_plain(spec["additionalProperties"], defs, depth + 1), None)
        yield {**required, "a": value}
