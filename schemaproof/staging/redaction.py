"""
Put made-up values in the place of those that statistics took from real rows, in the same order.

What the planner computes from them stays: a value is as common as it was, and as many lie below it.
Texts become codes; numbers and moments are spread evenly between the least and the greatest, which
stay, and whole numbers that lie close together may become one; booleans and labels of an enum are
the schema's own. Of any other type nothing is kept.

Source: https://www.postgresql.org/docs/current/view-pg-stats.html
"""

from __future__ import annotations

from dataclasses import replace

import psycopg
from psycopg import sql

from schemaproof.plans import HISTOGRAM, MOST_COMMON, ColumnStatistics, Slot
from schemaproof.postgres import Connection

TEXTS = ("text", "character varying", "character", "citext", "name")
WHOLE = ("smallint", "integer", "bigint")
NUMBERS = ("numeric", "real", "double precision")
MOMENTS = ("date", "timestamp without time zone", "timestamp with time zone")

CODE = sql.SQL("'v' || lpad(rank::text, 6, '0')")
EVENLY = sql.SQL("least::numeric + (greatest::numeric - least::numeric) * share::numeric")
IN_TIME = sql.SQL("least::timestamptz + (greatest::timestamptz - least::timestamptz) * share")
RANDOM = sql.SQL("(lpad(to_hex((share * 9e18)::bigint), 16, '0') || repeat('0', 16))::uuid")
# Bounds of a histogram lie evenly, since as many rows lie between any two; common values evenly
# between those two that they lay between.
MADE_UP = sql.SQL(
    "WITH given AS ("
    "SELECT kind, place, value FROM (VALUES {slots}) AS slots (kind, content),"
    " unnest(content::{element}[]) WITH ORDINALITY AS each (value, place)"
    "), ranked AS ("
    "SELECT *, dense_rank() OVER (ORDER BY value{ordering}) AS rank,"
    " count(*) FILTER (WHERE kind = {bounds}) OVER (ORDER BY value{ordering}) AS below FROM given"
    "), between_bounds AS ("
    "SELECT *, dense_rank() OVER (PARTITION BY below ORDER BY rank) - 1 AS step FROM ranked"
    "), placed AS ("
    "SELECT *, below + step / (max(step) OVER (PARTITION BY below) + 1)::float8 AS position"
    " FROM between_bounds"
    "), measured AS ("
    "SELECT *, {least} AS least, {most} AS greatest, coalesce((position - min(position) OVER ())"
    " / nullif(max(position) OVER () - min(position) OVER (), 0), 0) AS share FROM placed"
    ") SELECT kind, array_agg(({code})::{element} ORDER BY place)::text FROM measured GROUP BY kind"
)


def redacted(column: ColumnStatistics, connection: Connection) -> ColumnStatistics:
    """
    Return the statistics of a column without any value of a row.

    Args:
        column: The statistics.
        connection: Where values of the type are compared and made.
    """
    valued = [slot for slot in column.slots if slot.values is not None]
    if not valued or all(_is_schema(slot) for slot in valued):
        return column
    known = [slot for slot in valued if slot.kind in (MOST_COMMON, HISTOGRAM)]
    made_up = _made_up(known, connection)
    slots = (
        slot if slot.values is None else replace(slot, values=made_up[slot.kind])
        for slot in column.slots
        if slot.values is None or slot.kind in made_up
    )
    return replace(column, slots=tuple(slots))


def _is_schema(slot: Slot) -> bool:
    return slot.element == "boolean" or slot.operator.endswith("(anyenum,anyenum)")


def _made_up(slots: list[Slot], connection: Connection) -> dict[int, str]:
    elements = {slot.element for slot in slots}
    code = _code(*elements) if len(elements) == 1 else None
    if code is None:
        return {}
    (element,) = elements
    ordering = next((slot.collation for slot in slots if slot.collation), None)
    is_spread = code in (EVENLY, IN_TIME)
    query = MADE_UP.format(
        slots=sql.SQL(", ").join(
            sql.SQL("({}, {})").format(sql.Literal(slot.kind), sql.Literal(slot.values))
            for slot in slots
        ),
        element=sql.SQL(element),
        bounds=sql.Literal(HISTOGRAM),
        # As the server wrote it, quoted where it must be.
        ordering=sql.SQL(f" COLLATE {ordering}" if ordering else ""),
        least=sql.SQL("min(value) OVER ()" if is_spread else "NULL::int"),
        most=sql.SQL("max(value) OVER ()" if is_spread else "NULL::int"),
        code=code,
    )
    try:
        with connection.transaction():
            return dict(connection.execute(query).fetchall())
    except psycopg.DataError:
        # Between minus infinity and infinity nothing is spread evenly.
        return {}


def _code(element: str) -> sql.SQL | None:
    if element in TEXTS:
        return CODE
    if element in WHOLE or element in NUMBERS:
        return EVENLY
    if element in MOMENTS:
        return IN_TIME
    return RANDOM if element == "uuid" else None
