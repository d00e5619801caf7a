"""
Write the ``op.…`` calls that would give the migrations what the models have.

The models' side comes from the catalogue too, so what is written is what PostgreSQL made of them.
Where Alembic has an operation of its own it is used, else ``op.execute()`` with the server's own
definition. An ellipsis stands for what is too long for one line of a report.

Source: https://alembic.sqlalchemy.org/en/latest/ops.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from schemaproof.catalog import (
    CatalogObject,
    Column,
    Constraint,
    EnumType,
    ForeignKey,
    Function,
    Index,
    QualifiedName,
    Table,
    Trigger,
    View,
    quote_identifier,
)  # fmt: skip

LONGEST = 160  # characters of a definition that are still read in a report

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


def mending(
    facet: str | None, ours: CatalogObject | None, theirs: CatalogObject | None
) -> str | None:
    """
    Return the calls, separated by semicolons; None where none is known.

    Args:
        facet: Which property differs; None if one side has no such object.
        ours: What the models make.
        theirs: What the migrations make.
    """
    calls = [*_calls(facet, ours, theirs)]
    return "; ".join(calls) if calls else None


def _calls(
    facet: str | None, ours: CatalogObject | None, theirs: CatalogObject | None
) -> Iterator[str]:
    if ours is not None and theirs is not None:
        yield from _change(facet, ours, theirs)
    elif ours is not None:
        yield from _make(ours)
    elif theirs is not None:
        yield from _drop(theirs)


def _make(wanted: CatalogObject) -> Iterator[str]:
    match wanted:
        case Table():
            yield f"op.create_table({_q(wanted.name)}, …{_schema(wanted.schema)})"
        case Column():
            yield from _add_column(wanted)
        case ForeignKey() if _is_plain_key(wanted):
            yield from _create_foreign_key(wanted)
        case Constraint():
            name = quote_identifier(wanted.name)
            yield _execute(f"ALTER TABLE {wanted.table} ADD CONSTRAINT {name} {wanted.definition}")
        case Index():
            yield _execute(wanted.definition)
        case EnumType():
            labels = ", ".join(_literal(label) for label in wanted.labels)
            yield _execute(f"CREATE TYPE {wanted.identity} AS ENUM ({labels})")
        case View():
            kind = wanted.kind.upper()
            yield _execute(f"CREATE {kind} {wanted.identity} AS {wanted.definition.rstrip(';')}")
        case Function() | Trigger():
            yield _execute(wanted.definition)


def _drop(unwanted: CatalogObject) -> Iterator[str]:
    match unwanted:
        case Table():
            yield f"op.drop_table({_q(unwanted.name)}{_schema(unwanted.schema)})"
        case Column():
            table = unwanted.table
            yield f"op.drop_column({_q(table.name)}, {_q(unwanted.name)}{_schema(table.schema)})"
        case Constraint():
            yield f"op.drop_constraint({_q(unwanted.name)}, {_table(unwanted.table)})"
        case Index():
            yield f"op.drop_index({_q(unwanted.name)}, table_name={_table(unwanted.table)})"
        case Trigger():
            name = quote_identifier(unwanted.name)
            yield _execute(f"DROP TRIGGER {name} ON {unwanted.table}")
        case EnumType():
            yield _execute(f"DROP TYPE {unwanted.identity}")
        case View() | Function():
            yield _execute(f"DROP {unwanted.kind.upper()} {unwanted.identity}")


def _change(facet: str | None, ours: CatalogObject, theirs: CatalogObject) -> Iterator[str]:
    match ours, theirs:
        case Column(), Column():
            yield from _alter_column(facet, ours, theirs)
        case Table(), Table() if facet == "comment":
            yield _comment(ours)
        case Constraint(), Constraint() if facet == "validated" and ours.is_validated:
            name = quote_identifier(ours.name)
            yield _execute(f"ALTER TABLE {ours.table} VALIDATE CONSTRAINT {name}")
        case Trigger(), Trigger() if facet == "enabled":
            how = {"origin": "ENABLE", "disabled": "DISABLE"}.get(
                ours.enabled, f"ENABLE {ours.enabled.upper()}"
            )
            name = quote_identifier(ours.name)
            yield _execute(f"ALTER TABLE {ours.table} {how} TRIGGER {name}")
        case EnumType(), EnumType() if facet == "labels":
            yield from _add_labels(ours, theirs)
        case Function(), Function() if facet not in ("comment", "owner", "privileges"):
            yield _execute(ours.definition)
        case ((Constraint() | Index() | Trigger() | View()), _) if facet != "comment":
            yield from _drop(theirs)
            yield from _make(ours)


def _add_column(column: Column) -> Iterator[str]:
    sa_type = _sa_type(column)
    if sa_type is None or column.generated or column.identity_generation:
        return
    words = [_q(column.name), sa_type]
    if column.default is not None:
        words.append(f"server_default=sa.text({_q(column.default)})")
    if not column.is_nullable:
        words.append("nullable=False")
    if column.comment is not None:
        words.append(f"comment={_q(column.comment)}")
    yield f"op.add_column({_q(column.table.name)}, sa.Column({', '.join(words)})" + (
        f"{_schema(column.table.schema)})"
    )


def _alter_column(facet: str | None, wanted: Column, there: Column) -> Iterator[str]:
    match facet:
        case "type":
            sa_type = _sa_type(wanted)
            change = f"type_={sa_type}" if sa_type else None
            if change and wanted.type_name != there.type_name:
                cast = f"{quote_identifier(wanted.name)}::{wanted.type}"
                change += f", postgresql_using={_q(cast)}"
        case "nullable":
            change = f"nullable={wanted.is_nullable}"
        case "default":
            default = f"sa.text({_q(wanted.default)})" if wanted.default else "None"
            change = f"server_default={default}"
        case "comment":
            change = f"comment={_q(wanted.comment) if wanted.comment else None}"
        case _:
            change = None
    if change is not None:
        table = wanted.table
        place = f"{_q(table.name)}, {_q(wanted.name)}"
        yield f"op.alter_column({place}, {change}{_schema(table.schema)})"


def _is_plain_key(key: ForeignKey) -> bool:
    return not key.delete_columns and not key.is_temporal and key.is_enforced and key.is_validated


def _create_foreign_key(key: ForeignKey) -> Iterator[str]:
    words = [_q(key.name), _q(key.table.name), _q(key.target.name)]
    words += [_q([*key.columns]), _q([*key.target_columns])]
    actions = {"ondelete": key.on_delete, "onupdate": key.on_update}
    words += [f"{word}={_q(action)}" for word, action in actions.items() if action != "NO ACTION"]
    if key.match != "SIMPLE":
        words.append(f"match={_q(key.match)}")
    if key.is_deferrable:
        words.append("deferrable=True")
    if key.is_deferred:
        words.append('initially="DEFERRED"')
    for word, table in (("source_schema", key.table), ("referent_schema", key.target)):
        if table.schema != "public":
            words.append(f"{word}={_q(table.schema)}")
    yield f"op.create_foreign_key({', '.join(words)})"


def _add_labels(ours: EnumType, theirs: EnumType) -> Iterator[str]:
    kept = [label for label in ours.labels if label in theirs.labels]
    if kept != [*theirs.labels]:  # PostgreSQL can neither drop a label nor move it
        return
    before: str | None = None
    for label in ours.labels:
        if label not in theirs.labels:
            first = f" BEFORE {_literal(theirs.labels[0])}" if theirs.labels else ""
            place = f" AFTER {_literal(before)}" if before is not None else first
            yield _execute(f"ALTER TYPE {ours.identity} ADD VALUE {_literal(label)}{place}")
        before = label


def _sa_type(column: Column) -> str | None:
    if column.collation is not None:
        return None
    sized = re.fullmatch(r"([a-z ]+)\(([\d,]+)\)", column.type)
    if sized and sized.group(1) in SIZED:
        return f"{SIZED[sized.group(1)]}({sized.group(2).replace(',', ', ')})"
    return TYPES.get(column.type) or (f"{SIZED[column.type]}()" if column.type in SIZED else None)


def _comment(table: Table) -> str:
    place = _schema(table.schema)
    if table.comment is None:
        return f"op.drop_table_comment({_q(table.name)}{place})"
    return f"op.create_table_comment({_q(table.name)}, {_q(table.comment)}{place})"


def _execute(statement: str) -> str:
    cut = statement if len(statement) <= LONGEST else f"{statement[:LONGEST]}…"
    return f"op.execute({_q(cut)})"


def _table(table: QualifiedName) -> str:
    return f"{_q(table.name)}{_schema(table.schema)}"


def _schema(schema: str) -> str:
    return "" if schema == "public" else f", schema={_q(schema)}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _q(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
