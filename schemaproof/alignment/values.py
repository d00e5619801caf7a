"""
Propose values for a field, as a payload would carry them: plain ones first, then the edges.

A proposal need not be acceptable: the schema decides that. Its JSON schema is read for hints alone,
such as examples, members and bounds; the edges of the types are offered whether it speaks of them
or not.

Source: https://json-schema.org/understanding-json-schema/reference
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from schemaproof.alignment.odd_values import (
    ANYTHING,
    DOCUMENTS,
    FORMATS,
    INTEGERS,
    NUMBERS,
    REALS,
    TEXTS,
)
from schemaproof.alignment.schema import Field, Json, Schema
from schemaproof.rows.candidates import WORDS
from schemaproof.rows.extremes import LONG
from schemaproof.rows.matching import matching


def plain_values(schema: Schema, field: Field) -> Iterator[Json]:
    """
    Yield values that the field is likely to take, the likeliest first.
    """
    yield from field.info.examples or ()
    yield from _plain(field_spec(schema, field), schema.description.get("$defs", {}), 0)
    yield from ANYTHING


def edge_values(schema: Schema, field: Field) -> Iterator[Json]:
    """
    Yield values that few people think of.
    """
    yield from _edges(field_spec(schema, field), schema.description.get("$defs", {}), 0)


def enumerated(schema: Schema, field: Field) -> Iterator[Json]:
    """
    Yield the members of the field's enumeration, if it is one.
    """
    defs = schema.description.get("$defs", {})
    parts = [field_spec(schema, field)]
    for part in parts:
        yield from member_values(part)
        # A type may contain itself.
        parts.extend(one for one in alternatives(part, defs) if one not in parts)


def field_spec(schema: Schema, field: Field) -> Mapping[str, Any]:
    """
    Return what the JSON schema says of a field.
    """
    properties = schema.description.get("properties", {})
    return next((properties[name] for name in field.called if name in properties), {})


def _plain(spec: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> Iterator[Json]:
    yield from spec.get("examples", ())
    yield from member_values(spec)
    for part in alternatives(spec, defs):
        yield from _plain(part, defs, depth)
    match spec.get("type"):
        case "string":
            yield from FORMATS.get(spec.get("format", ""), ())
            least, most = spec.get("minLength", 0), spec.get("maxLength", LONG)
            yield from (word.ljust(least, "x")[:most] for word in WORDS)
            matched = matching(spec.get("pattern", ""), least)
            yield from () if matched is None else (matched[:most],)
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
    yield from member_values(spec)
    for part in alternatives(spec, defs):
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


def member_values(spec: Mapping[str, Any]) -> Iterator[Json]:
    """
    Yield what a JSON schema lists, one by one.
    """
    yield from spec.get("enum", ())
    if "const" in spec:
        yield spec["const"]


def says_null(schema: Schema, field: Field) -> bool:
    """
    Tell whether the JSON schema says of the field that it may be null.
    """
    defs = schema.description.get("$defs", {})
    parts = [field_spec(schema, field)]
    for part in parts:
        if part.get("type") == "null":
            return True
        # A type may contain itself.
        parts.extend(one for one in alternatives(part, defs) if one not in parts)
    return False


def alternatives(spec: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """
    Yield the JSON schemas one of which a value may follow, nothing last.
    """
    if "$ref" in spec:
        yield defs.get(spec["$ref"].rpartition("/")[2], {})
    for key in ("anyOf", "oneOf", "allOf"):
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
