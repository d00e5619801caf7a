"""
Set each field of a schema beside its column, and tell where one promises what the other does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from schemaproof.alignment.attributes import (
    attribute_of,
    column_of,
    declared_column,
    is_attribute,
    members_of,
    table_of,
)
from schemaproof.alignment.defaults import other_default
from schemaproof.alignment.payloads import Payloads
from schemaproof.alignment.polymorphic import identities_of
from schemaproof.alignment.probes import Probe, probes
from schemaproof.alignment.schema import Crash, Field, Json, Refusal, Schema
from schemaproof.alignment.shown import shown
from schemaproof.alignment.values import says_null
from schemaproof.catalog import Catalog, Column
from schemaproof.postgres import Connection

Kind = Literal[
    "unknown", "absent", "missing", "wide", "unreadable", "narrow", "default", "needless"
]


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """
    One field that does not fit.

    Attributes:
        kind: The field is on one side only (``unknown``, ``missing``), or its column is nowhere but
            in the model (``absent``); it takes what the column
            does not hold (``wide``); it refuses what the column holds, of a row that is read
            (``unreadable``) or one that is written (``narrow``); its default is another one;
            it may be null when it is read, and its column never is (``needless``).
        name: The field, or the column's attribute.
        told: What was seen.
        column: The column, if there is one.
    """

    kind: Kind
    name: str
    told: str
    column: Column | None = None


def misfits(schema: Schema, catalog: Catalog, connection: Connection) -> Iterator[Misfit]:
    """
    Yield what does not fit, field by field, and then what has no field.
    """
    payloads = Payloads(schema, {})
    for field in schema.fields:
        column = column_of(schema.alignment.mapper, field.attribute, catalog)
        if column is None:
            yield from _unknown(schema, field, catalog)
            continue
        yield from _of_values(payloads, field, column, catalog, connection)
        if schema.alignment.role == "create":
            told = other_default(field, column, payloads.labels(field), connection)
            if told is not None:
                yield Misfit(kind="default", name=field.name, told=told, column=column)
        is_read = schema.alignment.role == "response"
        if is_read and not column.is_nullable and says_null(schema, field):
            yield Misfit(kind="needless", name=field.name, told="null", column=column)
    if schema.alignment.role == "create":
        for name, column in missing(schema, catalog).items():
            told = f"{column.name}, which is {column.summary} and has no default"
            yield Misfit(kind="missing", name=name, told=told, column=column)


def _unknown(schema: Schema, field: Field, catalog: Catalog) -> Iterator[Misfit]:
    mapper, role = schema.alignment.mapper, schema.alignment.role
    declared = declared_column(mapper, field.attribute)
    if declared is not None:
        told = f"the migrations make no column {declared.table.name}.{declared.name}"
        yield Misfit(kind="absent", name=field.name, told=told)
        return
    is_optional = role == "response" and not field.info.is_required()
    if is_optional or is_attribute(mapper, field.attribute, writes=role != "response"):
        return
    told = f"{mapper.class_.__name__} has no attribute {field.attribute!r}"
    table = table_of(mapper)
    for column in catalog.columns_of(table) if table else ():
        if column.name == field.attribute:
            told += f": that column is mapped as {attribute_of(mapper, column)!r}"
    yield Misfit(kind="unknown", name=field.name, told=told)


def _of_values(
    payloads: Payloads, field: Field, column: Column, catalog: Catalog, connection: Connection
) -> Iterator[Misfit]:
    schema = payloads.schema
    labels = payloads.labels(field)
    words = [labels.get(one, one) for one in payloads.members(field) if isinstance(one, str)]
    offered = probes(
        column,
        catalog,
        connection,
        words=words,
        base=payloads.text(field),
    )
    identities = identities_of(schema.alignment.mapper, field.attribute)
    told: dict[Kind, list[str]] = {}
    # A payload has the value of a member, an object the member itself.
    spoken: dict[str, Any] = (
        members_of(schema.alignment.mapper, field.attribute)
        if schema.alignment.role == "response"
        else {label: value for value, label in labels.items()}
    )
    for each in offered:
        if identities and each.is_held and each.value not in identities:
            continue  # a row of another class
        probe = replace(each, value=spoken.get(each.value, each.value)) if spoken else each
        kind = _kind(schema, field, probe, payloads.plain)
        if kind is not None:
            # What is read is told as the table has it, what is sent as it is sent.
            value = each.value if schema.alignment.role == "response" else probe.value
            told.setdefault(kind, []).append(f"{shown(value)} ({probe.told})")
    for kind, found in told.items():
        yield Misfit(kind=kind, name=field.name, told=", ".join(found), column=column)


def _kind(schema: Schema, field: Field, probe: Probe, others: dict[str, Json]) -> Kind | None:
    if probe.value is None and not probe.is_held and not field.info.is_required():
        # Left out is another thing than null, and only null is asked here.
        others = {key: value for key, value in others.items() if key != field.sent_as}
    is_taken = _is_taken(schema, field, probe, others)
    if is_taken is None or is_taken is probe.is_held:
        return None
    if schema.alignment.role == "response":
        return "unreadable" if probe.is_held else None
    if is_taken:
        return "wide"
    return "narrow" if probe.is_bound else None


def _is_taken(schema: Schema, field: Field, probe: Probe, others: dict[str, Json]) -> bool | None:
    is_taken = schema.takes(field, probe.value, others)
    if is_taken and probe.is_aware is not None:
        try:
            made: Any = getattr(schema.made({**others, field.sent_as: probe.value}), field.name)
        except (Refusal, Crash):
            return None
        # A validator may give it a zone, or take it away.
        if isinstance(made, datetime) and (made.tzinfo is not None) is not probe.is_aware:
            return None
    return is_taken


def missing(schema: Schema, catalog: Catalog) -> dict[str, Column]:
    """
    Return the columns that a row needs and a Create has no field for, by their attributes.
    """
    mapper = schema.alignment.mapper
    table = table_of(mapper)
    if table is None or any("INSERT" in one.events for one in catalog.triggers_of(table)):
        return {}  # a trigger may fill anything; what it does not is seen when rows are written
    given = {field.attribute for field in schema.fields}
    columns = (column_of(mapper, name, catalog) for name in given)
    filled = {column.name for column in columns if column is not None}
    filled |= {
        column.name
        for relationship in mapper.relationships
        if relationship.key in given
        for column, _ in relationship.local_remote_pairs or ()
        if column.name is not None
    }
    found = {}
    for column in catalog.columns_of(table):
        attribute = attribute_of(mapper, column)
        is_free = column.is_nullable or _fills_itself(column) or column.name in filled
        if attribute is not None and not is_free and not _is_filled(mapper, attribute):
            found[attribute] = column
    return found


def _fills_itself(column: Column) -> bool:
    return any((column.default, column.identity_generation, column.generated))


def _is_filled(mapper: Any, attribute: str) -> bool:
    declared = mapper.columns[attribute]
    is_discriminator = mapper.polymorphic_on is declared
    # A key of a subclass's table is taken from the one above.
    is_joined = mapper.inherits is not None and declared.primary_key
    return declared.default is not None or is_discriminator or is_joined
