"""
Write the calls that make and change columns.

Where Alembic has an operation of its own it is used, else the server's own words.

Source: https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.alter_column
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.catalog import Catalog, Column
from schemaproof.catalog import quote_identifier as quoted
from schemaproof.checks.drift._mending.calls import execute, in_schema, source
from schemaproof.checks.drift._mending.relations import numbering
from schemaproof.checks.drift._mending.statements import set_options

TYPES = {
    "bigint": "sa.BigInteger()",
    "boolean": "sa.Boolean()",
    "bytea": "sa.LargeBinary()",
    "date": "sa.Date()",
    "double precision": "sa.Double()",
    "integer": "sa.Integer()",
    "jsonb": "postgresql.JSONB()",
    "smallint": "sa.SmallInteger()",
    "text": "sa.Text()",
    "timestamp with time zone": "sa.DateTime(timezone=True)",
    "timestamp without time zone": "sa.DateTime()",
    "uuid": "sa.Uuid()",
}
SIZED = {"character varying": "sa.String", "character": "sa.CHAR", "numeric": "sa.Numeric"}
# The first servers that have ALTER COLUMN … SET EXPRESSION, and SET STORAGE DEFAULT.
SET_EXPRESSION = 170000
STORAGE_DEFAULT = 160000


def add_column(column: Column, declared: Catalog) -> Iterator[str]:
    """
    Yield what adds a column, its comment, privileges and the like apart.
    """
    table, sa_type = column.table, _sa_type(column)
    is_plain = not (column.generated or column.identity_generation or column.not_null_name)
    if sa_type is None or not is_plain:
        yield execute(f"ALTER TABLE {table} ADD COLUMN {_column(column, declared)}")
        return
    words = [source(column.name), sa_type]
    if column.default is not None:
        words.append(f"server_default=sa.text({source(column.default)})")
    if not column.is_nullable:
        words.append("nullable=False")
    place = in_schema(table.schema)
    yield f"op.add_column({source(table.name)}, sa.Column({', '.join(words)}){place})"


def alter_column(facet: str, ours: Column, theirs: Column, declared: Catalog) -> Iterator[str]:
    """
    Yield what gives a column that is there one of the properties that ``ours`` has.
    """
    is_array_now = facet == "type" and "array" in {ours.type_kind, theirs.type_kind}
    if is_array_now and ours.type_kind != theirs.type_kind:
        return  # which element is meant, nobody can say
    by_operation = _alter_by_operation(facet, ours, theirs)
    if by_operation is not None:
        yield f"op.alter_column({source(ours.table.name)}, {source(ours.name)}, {by_operation}" + (
            f"{in_schema(ours.table.schema)})"
        )
        return
    alter = f"ALTER TABLE {ours.table} ALTER COLUMN {quoted(ours.name)}"
    match facet:
        case "type" | "collation":
            # Without the word a column takes the collation of its type, which is meant by None.
            collation = f" COLLATE {ours.collation}" if ours.collation else ""
            using = f" USING {_cast(ours, theirs)}" if facet == "type" else ""
            yield execute(f"{alter} TYPE {ours.type}{collation}{using}")
        case "not null name" | "not null no inherit":
            name = f"CONSTRAINT {quoted(ours.not_null_name)} " if ours.not_null_name else ""
            inherit = " NO INHERIT" if ours.is_not_null_no_inherit else ""
            yield execute(f"{alter} DROP NOT NULL")
            added = f"{name}NOT NULL {quoted(ours.name)}{inherit}"
            yield execute(f"ALTER TABLE {ours.table} ADD {added}")
        case "not null validated" if ours.is_not_null_validated:
            yield execute(f"{alter} SET NOT NULL")
        case "identity generation":
            yield from _alter_identity(alter, ours, theirs, declared)
        case "generated" | "generated kind":
            yield from _alter_generated(facet, ours, theirs, declared)
        case _:
            yield from map(execute, _alter_storage(facet, ours, theirs, declared.server_version))


def _alter_generated(facet: str, ours: Column, theirs: Column, declared: Catalog) -> Iterator[str]:
    alter = f"ALTER TABLE {ours.table} ALTER COLUMN {quoted(ours.name)}"
    is_settable = facet == "generated" and declared.server_version >= SET_EXPRESSION
    if ours.generated is None:
        yield execute(f"{alter} DROP EXPRESSION")
    elif is_settable and theirs.generated is not None:
        yield execute(f"{alter} SET EXPRESSION AS ({ours.generated})")
    else:
        # A column becomes generated, or of another kind, only by being made.
        place = in_schema(ours.table.schema)
        yield f"op.drop_column({source(ours.table.name)}, {source(ours.name)}{place})"
        yield from add_column(ours, declared)


def _alter_storage(facet: str, ours: Column, theirs: Column, version: int) -> Iterator[str]:
    alter = f"ALTER TABLE {ours.table} ALTER COLUMN {quoted(ours.name)}"
    match facet:
        case "storage":
            # Before 16 the type's own has to be named: MAIN for a few, as a rule EXTENDED.
            plain = "MAIN" if ours.type.startswith(("numeric", "inet", "cidr")) else "EXTENDED"
            default = "DEFAULT" if version >= STORAGE_DEFAULT else plain
            yield f"{alter} SET STORAGE {ours.storage or default}"
        case "compression":
            yield f"{alter} SET COMPRESSION {ours.compression or 'default'}"
        case "statistics target":
            target = -1 if ours.statistics_target is None else ours.statistics_target
            yield f"{alter} SET STATISTICS {target}"
        case "options":
            yield from set_options(alter, ours.options, theirs.options)


def _alter_by_operation(facet: str, ours: Column, theirs: Column) -> str | None:
    match facet:
        case "type" if not theirs.collation and (sa_type := _sa_type(ours)):
            cast = _cast(ours, theirs)
            is_other = ours.type_name != theirs.type_name
            return f"type_={sa_type}" + (f", postgresql_using={source(cast)}" if is_other else "")
        case "nullable":
            return f"nullable={ours.is_nullable}"
        case "default":
            default = f"sa.text({source(ours.default)})" if ours.default else "None"
            return f"server_default={default}"
        case "comment":
            return f"comment={source(ours.comment) if ours.comment else None}"
    return None


def _cast(ours: Column, theirs: Column) -> str:
    # An enum is cast to and from nothing but text.
    text = "::text" if "enum" in (ours.type_kind, theirs.type_kind) else ""
    return f"{quoted(ours.name)}{text}::{ours.type}"


def _alter_identity(alter: str, ours: Column, theirs: Column, declared: Catalog) -> Iterator[str]:
    if ours.identity_generation is None:
        yield execute(f"{alter} DROP IDENTITY")
    elif theirs.identity_generation is not None:
        yield execute(f"{alter} SET GENERATED {ours.identity_generation}")
    else:
        if theirs.default is not None:
            yield execute(f"{alter} DROP DEFAULT")
        yield execute(f"{alter} ADD {_identity(ours, declared)}")


def _identity(column: Column, declared: Catalog) -> str:
    owned_by = f"{column.table}.{quoted(column.name)}"
    sequence = next((each for each in declared.sequences if each.owned_by == owned_by), None)
    numbers = f" ({numbering(sequence)})" if sequence and sequence.is_identity else ""
    return f"GENERATED {column.identity_generation} AS IDENTITY{numbers}"


def _column(column: Column, declared: Catalog) -> str:
    words = [quoted(column.name), column.type]
    words += [f"COLLATE {column.collation}"] if column.collation else []
    if column.generated is not None:
        words.append(f"GENERATED ALWAYS AS ({column.generated}) {column.generated_kind}")
    if column.identity_generation is not None:
        words.append(_identity(column, declared))
    if column.default is not None:
        words.append(f"DEFAULT {column.default}")
    if not column.is_nullable:
        words += [f"CONSTRAINT {quoted(column.not_null_name)}"] if column.not_null_name else []
        words.append("NOT NULL")
    return " ".join(words)


def _sa_type(column: Column) -> str | None:
    if column.collation is not None:
        return None
    sized = re.fullmatch(r"([a-z ]+)\(([\d,]+)\)", column.type)
    if sized and sized.group(1) in SIZED:
        return f"{SIZED[sized.group(1)]}({sized.group(2).replace(',', ', ')})"
    return TYPES.get(column.type) or (f"{SIZED[column.type]}()" if column.type in SIZED else None)
