"""
Read how far sequences and integer keys have come.

A sequence's state stands in its own single row, and a key's extremes at the two ends of its index,
so each is asked by itself. Some are asked in one statement, not all: each holds a lock, and a
server has room for some thousands.

Source: https://www.postgresql.org/docs/current/runtime-config-locks.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from psycopg import sql

from schemaproof.catalog import QualifiedName, quote_identifier
from schemaproof.errors import first_line
from schemaproof.postgres import Connection
from schemaproof.vitals.asking import REFUSALS, Row, query
from schemaproof.vitals.sequences import IntegerKey, Numbered, SequenceState

AT_ONCE = 100

LAST_VALUE = sql.SQL(
    "(SELECT {oid}::bigint AS oid, CASE WHEN is_called THEN last_value END AS last_value"
    " FROM {name})"
)
EXTREMES = sql.SQL(
    "(SELECT {oid}::bigint AS oid, min({column})::bigint AS lowest,"
    " max({column})::bigint AS highest FROM ONLY {name})"
)
UNREADABLE = "somebody has it locked, or this standby has no contents of it: look again later"

Asked = tuple[dict[int, Row], dict[int, str]]


def read_sequences(connection: Connection) -> tuple[SequenceState, ...]:
    """
    Return every sequence, and the last value of those that the role may read.
    """
    rows = query(connection, "sequences")
    may = [row for row in rows if row["may_be_read"] and row["can_be_read"]]
    states, refused = _asked(connection, may, _last_value)
    return tuple(_sequence(row, states, refused) for row in rows)


def read_integer_keys(connection: Connection) -> tuple[IntegerKey, ...]:
    """
    Return every integer key, and the ends of those that an index serves or a sample shows.
    """
    rows = query(connection, "integer_keys")
    served = [row for row in rows if row["is_served"]]
    ends, refused = _asked(connection, served, _extremes)
    return tuple(_key(row, ends, refused) for row in rows)


def _asked(connection: Connection, rows: list[Row], ask: Callable[[Row], sql.Composed]) -> Asked:
    found: dict[int, Row] = {}
    refused: dict[int, str] = {}
    for start in range(0, len(rows), AT_ONCE):
        batch = rows[start : start + AT_ONCE]
        try:
            answers = query(connection, sql.SQL(" UNION ALL ").join(map(ask, batch)))
        except REFUSALS as error:
            why = f"the server would not tell: {first_line(error)}"
            refused |= {row["oid"]: why for row in batch}
        else:
            found |= {row["oid"]: row for row in answers}
    return found, refused


def _last_value(row: Row) -> sql.Composed:
    return LAST_VALUE.format(oid=sql.Literal(row["oid"]), name=sql.Identifier(*row["name"]))


def _extremes(row: Row) -> sql.Composed:
    return EXTREMES.format(
        oid=sql.Literal(row["oid"]),
        column=sql.Identifier(row["column"]),
        name=sql.Identifier(*row["table"]),
    )


def _sequence(row: Row, states: dict[int, Row], refused: dict[int, str]) -> SequenceState:
    name = QualifiedName(*row["name"])
    state = states.get(row["oid"])
    unseen = refused.get(row["oid"])
    if not row["may_be_read"]:
        unseen = f"needs GRANT SELECT ON SEQUENCE {name}, and USAGE ON SCHEMA {_schema(name)}"
    elif state is None and unseen is None:
        unseen = UNREADABLE
    fields = ("type", "start", "increment", "minimum", "maximum", "is_cyclic")
    return SequenceState(
        name=name,
        numbers=tuple(_numbered(row["numbers"])),
        last_value=state["last_value"] if state else None,
        unseen=unseen,
        **{field: row[field] for field in fields},
    )


def _numbered(columns: Iterable[list[str]]) -> Iterable[Numbered]:
    for schema, table, column, type_name in columns:
        yield Numbered(QualifiedName(schema, table), column, type_name)


def _key(row: Row, ends: dict[int, Row], refused: dict[int, str]) -> IntegerKey:
    table = QualifiedName(*row["table"])
    end = ends.get(row["oid"], row)
    unseen = refused.get(row["oid"])
    if not row["may_be_read"]:
        unseen = (
            f"needs GRANT SELECT ON {table}, USAGE ON SCHEMA {_schema(table)}, and BYPASSRLS where "
            "row security is on"
        )
    elif row["oid"] not in ends and unseen is None and row["highest"] is None:
        unseen = "it needs an ANALYZE, or an index that nobody has locked"
    return IntegerKey(
        table=table,
        column=row["column"],
        type=row["type"],
        lowest=end["lowest"],
        highest=end["highest"],
        unseen=unseen,
    )


def _schema(name: QualifiedName) -> str:
    return quote_identifier(name.schema)
