"""
Draw values for a field from what its JSON schema says, and let the schema decide.

Source: https://hypothesis.readthedocs.io/en/latest/reference/strategies.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from schemaproof.alignment.odd_values import FORMATS
from schemaproof.alignment.payloads import Payloads
from schemaproof.alignment.schema import Field, Json, Payload
from schemaproof.alignment.values import alternatives, field_spec, member_values

Spec = Mapping[str, Any]
Strategy = st.SearchStrategy[Any]

# Halves of surrogate pairs and NUL among them.
CHARACTERS = st.characters(exclude_categories=())
DEEPEST = 3
DOCUMENTS: Strategy = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(CHARACTERS, max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(CHARACTERS, max_size=10), inner, max_size=4)
    ),
    max_leaves=10,
)


def payload_strategy(payloads: Payloads) -> st.SearchStrategy[Payload]:
    """
    Return payloads of which each field by itself is taken, with or without those it can do without.
    """
    required: dict[str, Strategy] = {}
    optional: dict[str, Strategy] = {}
    for field in payloads.schema.fields:
        drawn = required if field.sent_as in payloads.smallest else optional
        drawn[field.sent_as] = _of_field(payloads, field)
    return st.fixed_dictionaries(required, optional=optional)


def _of_field(payloads: Payloads, field: Field) -> Strategy:
    if field.name in payloads.fixed:
        return st.just(payloads.fixed[field.name])
    spec = field_spec(payloads.schema, field)
    drawn = _of_spec(spec, payloads.schema.description.get("$defs", {}), 0)
    edges = payloads.edges(field) or [payloads.plain.get(field.sent_as)]
    likely = drawn.filter(_taken_by(payloads, field))
    # The edges have been sent already, and are for fields that little else satisfies.
    return st.one_of(likely, likely, likely, st.sampled_from(edges))


def _taken_by(payloads: Payloads, field: Field) -> Callable[[Json], bool]:
    return lambda value: payloads.schema.takes(field, value, payloads.smallest) is not False


def _of_spec(spec: Spec, defs: Spec, depth: int) -> Strategy:
    if depth > DEEPEST:
        return st.none()
    parts = [*alternatives(spec, defs)]
    members = [*member_values(spec)]
    if parts:
        return st.one_of(*(_of_spec(part, defs, depth + 1) for part in parts))
    if members:
        return st.sampled_from(members)
    match spec.get("type"):
        case "array":
            items = _of_spec(spec.get("items", {}), defs, depth + 1)
            return st.lists(items, min_size=spec.get("minItems", 0), max_size=_most(spec, "Items"))
        case "object":
            return _of_object(spec, defs, depth)
    return _of_scalar(spec)


def _of_scalar(spec: Spec) -> Strategy:
    match spec.get("type"):
        case "string":
            return _of_text(spec)
        case "integer":
            return st.integers(_least(spec), _greatest(spec))
        case "number":
            least, greatest = _least(spec), _greatest(spec)
            return st.floats(least, greatest) | st.integers(least, greatest)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return DOCUMENTS


def _of_text(spec: Spec) -> Strategy:
    form = spec.get("format")
    if form == "date-time":
        return st.datetimes(timezones=st.none() | st.timezones()).map(lambda one: one.isoformat())
    if form in {"date", "time", "uuid", "email"}:
        drawn = {"date": st.dates(), "time": st.times(), "uuid": st.uuids(), "email": st.emails()}
        return drawn[form].map(str)
    if form in FORMATS:
        return st.sampled_from(FORMATS[form])
    if "pattern" in spec:
        return st.from_regex(spec["pattern"])
    return st.text(CHARACTERS, min_size=spec.get("minLength", 0), max_size=_most(spec, "Length"))


def _of_object(spec: Spec, defs: Spec, depth: int) -> Strategy:
    properties = {
        name: _of_spec(part, defs, depth + 1) for name, part in spec.get("properties", {}).items()
    }
    required = {
        name: properties.pop(name) for name in spec.get("required", ()) if name in properties
    }
    if properties or required:
        return st.fixed_dictionaries(required, optional=properties)
    values = spec.get("additionalProperties")
    inner = _of_spec(values, defs, depth + 1) if isinstance(values, dict) else DOCUMENTS
    return st.dictionaries(st.text(CHARACTERS, max_size=10), inner, max_size=4)


def _most(spec: Spec, what: str) -> int | None:
    declared = spec.get(f"max{what}")
    return None if declared is None else int(declared)


def _least(spec: Spec) -> int | None:
    bound = spec.get("minimum", spec.get("exclusiveMinimum"))
    return None if bound is None else int(bound)


def _greatest(spec: Spec) -> int | None:
    bound = spec.get("maximum", spec.get("exclusiveMaximum"))
    return None if bound is None else int(bound)
