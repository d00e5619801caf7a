"""
Know of single values whether a column holds them: nothing at all, the ends of its type, its states.

A column's type says where it ends. Its CHECK constraints are evaluated by the server, which is
asked of the constants that they speak of and of their neighbours.

Source: https://www.postgresql.org/docs/current/datatype.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemaproof.alignment.judging import refusals_of
from schemaproof.alignment.schema import Json
from schemaproof.catalog import Catalog, Column
from schemaproof.postgres import Connection
from schemaproof.rows.candidates import checks_on, constants
from schemaproof.rows.extremes import LENGTH
from schemaproof.rows.kinds import TEXT_TYPES, plain_type

BITS = {"int2": 15, "int4": 31, "int8": 63}
STRANGER = "no such word"
NAIVE, AWARE = "2024-01-01T00:00:00", "2024-01-01T00:00:00Z"


@dataclass(frozen=True, kw_only=True)
class Probe:
    """
    One value, and whether a column holds it.

    Attributes:
        value: The value, as a payload carries it.
        is_held: Whether the column stores it and gives it back as it was.
        told: What says so: a type, a constraint.
        is_bound: Whether it is the last of a range or one of a list that somebody wrote down.
        is_aware: Of a time, whether it has a zone.
    """

    value: Json
    is_held: bool
    told: str
    is_bound: bool = False
    is_aware: bool | None = None


def probes(
    column: Column, catalog: Catalog, connection: Connection, *, words: Iterable[str], base: str
) -> Iterator[Probe]:
    """
    Yield values to try on a schema, with what the column says of them.

    Args:
        column: The column.
        catalog: What the connection's database contains.
        connection: Where its CHECKs are evaluated.
        words: Texts to be refusals_of too, such as the members of an enumeration in Python.
        base: A text that the schema takes; longer ones are made of it.
    """
    yield Probe(
        value=None,
        is_held=column.is_nullable,
        told="NOT NULL" if not column.is_nullable else "nullable",
    )
    kind = plain_type(column)
    if column.type_kind == "enum":
        yield from _labels(column, catalog, words)
    elif kind in TEXT_TYPES:
        yield from _texts(column, catalog, connection, words, base)
    elif kind in BITS:
        yield from _integers(column, catalog, connection)
    elif kind == "numeric":
        yield from _decimals(column, catalog, connection)
    elif kind in {"timestamp", "timestamptz"}:
        with_zone = kind == "timestamptz"
        for text, is_aware in ((AWARE, True), (NAIVE, False)):
            kept = "which takes it for the session's" if with_zone else "which drops the zone"
            told = column.type if is_aware is with_zone else f"{column.type}, {kept}"
            yield Probe(value=text, is_held=is_aware is with_zone, told=told, is_aware=is_aware)


def _labels(column: Column, catalog: Catalog, words: Iterable[str]) -> Iterator[Probe]:
    labels = {
        label
        for enum in catalog.enum_types
        if (enum.schema, enum.name) == (column.type_schema, column.type_name)
        for label in enum.labels
    }
    for word in dict.fromkeys([*sorted(labels), *words, STRANGER]):
        is_label = word in labels
        yield Probe(
            value=word, is_held=is_label, told=f"enum {column.type_name}", is_bound=is_label
        )


def _texts(
    column: Column, catalog: Catalog, connection: Connection, words: Iterable[str], base: str
) -> Iterator[Probe]:
    length = LENGTH.search(column.base_type or column.type)
    most = int(length.group(1)) if length else None
    spoken_of = constants(column, catalog)
    is_judged = bool(spoken_of or checks_on(column, catalog))
    offered = dict.fromkeys([*spoken_of, *words, *((STRANGER,) if spoken_of else ())])
    longest = [_of_length(base, most)] if most else []
    answers = refusals_of(column, catalog, connection, [*offered, *longest])
    held = [text for text in spoken_of if answers.get(text) == ""]
    # Some words are welcome and a stranger is not: somebody has listed them.
    is_list = len(held) > 1 and answers.get(STRANGER, "") != ""
    for text in offered:
        too_long = most is not None and len(text) > most
        if text in answers and is_judged and not too_long:
            is_held = answers[text] == ""
            yield Probe(
                value=text,
                is_held=is_held,
                told=answers[text] or "its CHECK",
                is_bound=is_held and is_list,
            )
    for text in longest:
        if answers.get(text, "") == "":
            yield Probe(value=text, is_held=True, told=column.type, is_bound=not is_list)
        yield Probe(value=_of_length(base, len(text) + 1), is_held=False, told=column.type)


def _integers(column: Column, catalog: Catalog, connection: Connection) -> Iterator[Probe]:
    end = 2 ** BITS[plain_type(column)]
    yield from (Probe(value=past, is_held=False, told=column.type) for past in (end, -end - 1))
    written = {int(text) for text in constants(column, catalog) if re.fullmatch(r"-?\d+", text)}
    within = sorted({one for one in (*written, end - 1, -end) if -end <= one < end})
    yield from _numbers(column, refusals_of(column, catalog, connection, map(str, within)), within)


def _numbers(column: Column, answers: dict[str, str], offered: list[int]) -> Iterator[Probe]:
    held = {one for one in offered if answers.get(str(one)) == ""}
    refused = {one for one in offered if answers.get(str(one), "") != ""}
    for number in offered:
        if number in held:
            # A neighbour that is refused makes it the end of a range that was written down.
            is_end = bool({number - 1, number + 1} & refused)
            told = "its CHECK" if is_end else column.type
            yield Probe(value=number, is_held=True, told=told, is_bound=is_end)
        elif number in refused:
            yield Probe(value=number, is_held=False, told=answers[str(number)])


def _decimals(column: Column, catalog: Catalog, connection: Connection) -> Iterator[Probe]:
    length = LENGTH.search(column.base_type or column.type)
    written = [int(text) for text in constants(column, catalog) if re.fullmatch(r"-?\d+", text)]
    limit = None
    if length is not None:
        precision, scale = int(length.group(1)), int(length.group(2) or 0)
        limit = 10 ** max(precision - scale, 0)
        yield Probe(value=str(limit), is_held=False, told=column.type)
        if scale >= 0:
            fine = f"0.{'0' * scale}1"
            yield Probe(value=fine, is_held=False, told=f"{column.type}, which rounds it")
        most = f"{'9' * max(precision - scale, 0) or '0'}.{'9' * max(scale, 0) or '0'}"
        answers = refusals_of(column, catalog, connection, [most])
        if answers.get(most) == "":
            yield Probe(value=most, is_held=True, told=column.type, is_bound=True)
    within = [one for one in sorted({*written}) if limit is None or abs(one) < limit]
    yield from _numbers(column, refusals_of(column, catalog, connection, map(str, within)), within)


def _of_length(base: str, length: int) -> str:
    # In front, so that an address or a URL keeps the end that a pattern looks at.
    return "x" * (length - len(base)) + base if len(base) < length else base[:length]
