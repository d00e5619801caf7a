"""
Draw rows of a table by their numbers, as ANALYZE draws them: blocks first, and rows of these.

Source: https://github.com/postgres/postgres/blob/master/src/backend/commands/analyze.c
(acquire_sample_rows)
"""

from __future__ import annotations

from psycopg import sql

from schemaproof.rows.volume import FIRST, hashed


def consecutive(rows: int) -> sql.Composable:
    """
    Return a query for the numbers of the first rows.
    """
    return sql.SQL("SELECT generate_series({}, {}) AS n").format(
        sql.Literal(FIRST), sql.Literal(FIRST + rows - 1)
    )


def drawn(rows: int, a_block: int, most: int) -> sql.Composable:
    """
    Return a query for the numbers of rows drawn at random, from as many blocks at most.

    Args:
        rows: How many there are to draw from.
        a_block: How many of them a block takes.
        most: How many to draw; one that is drawn twice comes once.
    """
    blocks = max(1, rows // a_block)
    chosen = min(blocks, most)
    return sql.SQL(
        "SELECT DISTINCT {first} + least({last},"
        " floor((block + {jitter}) * {apart})::bigint * {a_block} + place % {a_block}) AS n"
        " FROM (SELECT place, place / {a_block} AS block"
        " FROM (SELECT floor({chance} * {places})::bigint AS place"
        " FROM generate_series(1, {most}) k) AS drawn) AS drawn"
    ).format(
        first=sql.Literal(FIRST),
        last=sql.Literal(rows - 1),
        jitter=hashed("block", 1),
        apart=sql.Literal(blocks / chosen),
        a_block=sql.Literal(a_block),
        chance=hashed("k", 0),
        places=sql.Literal(chosen * a_block),
        most=sql.Literal(most),
    )
