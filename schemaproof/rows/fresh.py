"""
Write an expression that gives a column another value for each number.

For unique columns of many rows. Whether the table takes the values is for its constraints to say.
"""

from __future__ import annotations

from psycopg import sql

from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.candidates import checks_on, is_counted, reads
from schemaproof.rows.kinds import NUMBER_TYPES, TEXT_TYPES, most_characters, plain_type
from schemaproof.rows.statements import bare_relation
from schemaproof.rows.volume import FIRST

TIMED = frozenset({"timestamp", "timestamptz", "interval"})
OTHERS = {
    # As scattered as random ones, and the same each time.
    "uuid": (
        "encode(int8send(hashint8extended(n, 1)) || int8send(hashint8extended(n, 2)), 'hex')::uuid"
    ),
    "bytea": "decode(lpad(to_hex(n), 8, '0'), 'hex')",
    "inet": "'10.0.0.0'::inet + n",
}
# A shorter text has no room for the numbers of many rows.
MOST_DIGITS = 10
VARIED = NUMBER_TYPES | TEXT_TYPES | TIMED | {"date", *OTHERS}


def fresh(
    column: Column, given: str, connection: Connection, *, is_other_way: bool = False
) -> sql.Composable:
    """
    Return an expression of the integer ``n``, different for each from `FIRST` on.

    Args:
        column: A column of a type in `VARIED`.
        given: The value of a row that the table took.
        connection: Where the table is asked for its greatest number or moment.
        is_other_way: Whether a text gets the number behind it, where a CHECK may look at how it
            begins and not at how it ends, and numbers lie close to those that are there, where
            the type or a CHECK sets a limit.
    """
    kind = plain_type(column)
    if kind in OTHERS:
        expression: sql.Composable = sql.SQL(OTHERS[kind])
    elif kind in TEXT_TYPES:
        parts = (sql.SQL("n::text"), sql.Literal(given))
        expression = sql.SQL(" || ").join(reversed(parts) if is_other_way else parts)
    else:
        greatest = sql.Literal(_greatest(column, connection) or given)
        above = sql.SQL("(n - {})").format(sql.Literal(FIRST if is_other_way else 0))
        step = sql.SQL("{} * interval '1 second'" if kind in TIMED else "{}").format(above)
        expression = sql.SQL("{}::{} + {}").format(greatest, sql.SQL(_wide(kind)), step)
    # A varchar(n) cuts off what is too long, at its end.
    return sql.SQL("({})::{}").format(expression, sql.SQL(column.type))


def varied_columns(
    table: QualifiedName, catalog: Catalog, fixed: set[str]
) -> tuple[list[str], list[tuple[str, ...]]]:
    """
    Choose a column to vary for each unique index.

    Args:
        table: The table.
        catalog: What the database contains.
        fixed: Columns that are not free: what a foreign key has.

    Returns:
        The columns, and for each unique index that has no free one, its columns.
    """
    columns = {column.name: column for column in catalog.columns_of(table)}
    chosen: list[str] = []
    without: list[tuple[str, ...]] = []
    for index in catalog.indexes_of(table):
        names = [name for name in columns if any(reads(key, name) for key in index.keys)]
        fills_itself = any(is_counted(columns[name]) for name in names)
        if not index.is_unique or fills_itself or {*names} & {*chosen}:
            continue
        free = [name for name in names if name not in fixed and _is_varied(columns[name])]
        if free:
            # What no CHECK reads may be anything, but a small number or a short code ends soon.
            chosen.append(
                min(
                    free,
                    key=lambda name: (
                        _ends_soon(columns[name]),
                        len(checks_on(columns[name], catalog)),
                    ),
                )
            )
        elif names and tuple(names) not in without:
            without.append(tuple(names))
    return chosen, without


def _is_varied(column: Column) -> bool:
    return plain_type(column) in VARIED and column.type_kind in ("base", "domain")


def _ends_soon(column: Column) -> bool:
    most = most_characters(column)
    return plain_type(column) == "int2" or (most is not None and most < MOST_DIGITS)


def _wide(kind: str) -> str:
    # A sum beyond the type's end is refused by the column, in its own words.
    return "numeric" if kind in NUMBER_TYPES else f"pg_catalog.{kind}"


def _greatest(column: Column, connection: Connection) -> str | None:
    query = sql.SQL("SELECT max({})::text FROM {}").format(
        sql.Identifier(column.name), bare_relation(column.table)
    )
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]
