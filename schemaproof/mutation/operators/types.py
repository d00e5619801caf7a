"""
Give columns another type, length or collation, and enums other labels.

Source: https://www.postgresql.org/docs/current/datatype.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from schemaproof.catalog import Catalog, Column, EnumType, quote_identifier
from schemaproof.checks.drift._mending.enums import relabel
from schemaproof.mutation.mutant import Mutant, broken, operator
from schemaproof.mutation.operators._writing.statements import alter, commented

# What a type is taken for by mistake, or narrowed and widened to.
NEIGHBOURS = {
    "bigint": ("integer",),
    "boolean": ("integer",),
    "character varying": ("text",),
    "date": ("timestamp without time zone",),
    "double precision": ("numeric", "real"),
    "integer": ("bigint", "smallint"),
    "json": ("jsonb",),
    "jsonb": ("json",),
    "numeric": ("double precision",),
    "real": ("double precision",),
    "smallint": ("integer",),
    "text": ("character varying(255)",),
    "timestamp with time zone": ("timestamp without time zone",),
    "timestamp without time zone": ("timestamp with time zone",),
    "uuid": ("text",),
}
SIZED = re.compile(r"(character varying|character|bit|bit varying|numeric)\((\d+)(,\d+)?\)")
TEXTS = ("text", "character varying", "character", "citext")


@operator("type/length")
def length(catalog: Catalog) -> Iterator[Mutant]:
    """Let in one character or digit more or less, or any number of them."""
    for it in _own(catalog):
        if sized := SIZED.fullmatch(it.type):
            base, size, scale = sized.group(1), int(sized.group(2)), sized.group(3) or ""
            for other in (size + 1, size - 1):
                yield _retyped(it, f"{base}({other}{scale})")
            yield _retyped(it, base)


@operator("type/change")
def change(catalog: Catalog) -> Iterator[Mutant]:
    """Have the type beside it."""
    for it in _own(catalog):
        for other in NEIGHBOURS.get(it.type, ()):
            yield _retyped(it, other)


@operator("collation/change")
def collation(catalog: Catalog) -> Iterator[Mutant]:
    """Sort and compare texts otherwise."""
    for it in _own(catalog):
        if it.type.partition("(")[0] in TEXTS:
            other = '"C"' if it.collation is None else '"default"'
            yield _retyped(it, f"{it.type} COLLATE {other}")


@operator("enum/label")
def label(catalog: Catalog) -> Iterator[Mutant]:
    """Lose a label, or have one more."""
    for it in catalog.enum_types:
        for gone in it.labels if len(it.labels) > 1 else ():
            left = tuple(other for other in it.labels if other != gone)
            yield _relabelled(it, left, f"{gone} is gone", catalog)
        yield _relabelled(it, (*it.labels, "mutant"), "takes one label more", catalog)


@operator("enum/order")
def order(catalog: Catalog) -> Iterator[Mutant]:
    """Sort the labels otherwise."""
    for it in catalog.enum_types:
        if len(it.labels) > 1:
            labels = (it.labels[1], it.labels[0], *it.labels[2:])
            yield _relabelled(it, labels, "its first two labels are swapped", catalog)


def _own(catalog: Catalog) -> Iterator[Column]:
    return (it for it in catalog.columns if not it.is_inherited and it.generated is None)


def _retyped(it: Column, other: str) -> Mutant:
    name = quote_identifier(it.name)
    bare = other.partition(" COLLATE")[0]
    column = f"ALTER COLUMN {name}"
    statements = [alter(it.table, f"{column} TYPE {other} USING {name}::text::{bare}")]
    if it.default is not None:
        # It is of the old type, and not every old type is cast to every new one.
        statements.insert(0, alter(it.table, f"{column} DROP DEFAULT"))
        statements.append(alter(it.table, f"{column} SET DEFAULT {it.default}"))
    shown = f"{it.type} becomes {other}"
    return broken(it, shown, *statements)


def _relabelled(it: EnumType, labels: tuple[str, ...], detail: str, catalog: Catalog) -> Mutant:
    statements = relabel(replace(it, labels=labels), it, catalog)
    return broken(it, detail, *statements, *commented(it))
