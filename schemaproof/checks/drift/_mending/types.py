"""
Write the statements that make and change domains, composite types and ranges.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import CompositeType, Domain, EnumType, RangeType, quote_identifier
from schemaproof.checks.drift._mending.calls import literal
from schemaproof.checks.drift._mending.statements import (
    by_name,
    change,
    make,
    parts,
    remake,
    set_comments,
)


@make.register
def _(it: EnumType) -> Iterator[str]:
    yield f"CREATE TYPE {it.identity} AS ENUM ({', '.join(map(literal, it.labels))})"


@make.register
def _(it: Domain) -> Iterator[str]:
    words = [f"CREATE DOMAIN {it.identity} AS {it.base_type}"]
    if it.collation is not None:
        words.append(f"COLLATE {it.collation}")
    if it.default is not None:
        words.append(f"DEFAULT {it.default}")
    if not it.is_nullable:
        words += [f"CONSTRAINT {quote_identifier(it.not_null_name)}"] if it.not_null_name else []
        words.append("NOT NULL")
    late = [check for check in it.checks if check.endswith(" NOT VALID")]
    words += [f"CONSTRAINT {check}" for check in it.checks if check not in late]
    yield " ".join(words)
    for check in late:
        yield f"ALTER DOMAIN {it.identity} ADD CONSTRAINT {check}"


@make.register
def _(it: CompositeType) -> Iterator[str]:
    yield f"CREATE TYPE {it.identity} AS ({', '.join(it.attributes)})"


@make.register
def _(it: RangeType) -> Iterator[str]:
    words = [f"SUBTYPE = {it.subtype}", f"SUBTYPE_OPCLASS = {it.opclass}"]
    words += [f"COLLATION = {it.collation}"] if it.collation else []
    words += [f"CANONICAL = {it.canonical.partition('(')[0]}"] if it.canonical else []
    words += [f"SUBTYPE_DIFF = {it.subtype_diff.partition('(')[0]}"] if it.subtype_diff else []
    words.append(f"MULTIRANGE_TYPE_NAME = {it.multirange}")
    if it.canonical:
        # The function takes the type that it belongs to, so a shell must be there before it.
        yield f"CREATE TYPE {it.identity}"
    yield f"CREATE TYPE {it.identity} AS RANGE ({', '.join(words)})"


@change.register
def _(ours: Domain, theirs: Domain, facet: str) -> Iterator[str]:
    alter = f"ALTER DOMAIN {ours.identity}"
    match facet:
        case "default":
            yield f"{alter} " + (f"SET DEFAULT {ours.default}" if ours.default else "DROP DEFAULT")
        case "nullable":
            yield f"{alter} {'DROP' if ours.is_nullable else 'SET'} NOT NULL"
        case "not null name":
            name = ours.not_null_name and f"ADD CONSTRAINT {quote_identifier(ours.not_null_name)}"
            yield f"{alter} DROP NOT NULL"
            yield f"{alter} {name or 'SET'} NOT NULL"
        case "checks":
            for check in theirs.checks:
                if check not in ours.checks:
                    yield f"{alter} DROP CONSTRAINT {parts(check)[0]}"
            for check in ours.checks:
                if check not in theirs.checks:
                    yield f"{alter} ADD CONSTRAINT {check}"
        case "check comments":
            place = f"CONSTRAINT {{}} ON DOMAIN {ours.identity}"
            yield from set_comments(place, ours.check_comments, theirs.check_comments)
        case _:
            yield from remake(ours, theirs)


@change.register
def _(ours: CompositeType, theirs: CompositeType, facet: str) -> Iterator[str]:
    if facet == "attribute comments":
        place = f"COLUMN {ours.identity}.{{}}"
        yield from set_comments(place, ours.attribute_comments, theirs.attribute_comments)
        return
    wanted, there = by_name(ours.attributes, theirs.attributes)
    kept = [name for name in there if name in wanted]
    if [*wanted][: len(kept)] != kept:
        # What is added comes last, and nothing is moved.
        yield from remake(ours, theirs)
        return
    words = [f"DROP ATTRIBUTE {name}" for name in there if name not in wanted]
    for name, type_ in wanted.items():
        if name not in there:
            words.append(f"ADD ATTRIBUTE {name} {type_}")
        elif there[name] != type_:
            words.append(f"ALTER ATTRIBUTE {name} TYPE {type_}")
    yield f"ALTER TYPE {ours.identity} {', '.join(words)}"
