"""
Declare how many rows a table is to hold and how they are spread, and write that as SQL.

Everything is an expression of the row's number ``n``, so that the same declaration gives the same
rows. What looks random is a hash of ``n``, one of its own for each column.

Source: https://www.postgresql.org/docs/current/functions-math.html
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from psycopg import sql

from schemaproof.catalog import Column, ForeignKey
from schemaproof.rows.kinds import plain_type

# So far from the numbers of other rows that no text which begins with one of them meets another.
FIRST = 100_000

# As many parents as make a key's index look like one; more are joined for a unique key alone.
PARENTS = 1000

# How often each value comes, as text; None for NULL.
Weights = Mapping[str, float] | Mapping[str | None, float]


@dataclass(frozen=True, kw_only=True)
class Spread:
    """
    How the rows of a table hang from the parents of one foreign key.

    Attributes:
        fan_out: How many children a parent that has any has on average; None for what a thousand
            parents give.
        skew: The exponent of Zipf's law: 0 gives every parent as many, 1 gives the second half as
            many as the first, the third a third, and so on.
        is_clustered: Whether a parent's children came one after another, and lie side by side.
    """

    fan_out: float | None = None
    skew: float = 0.0
    is_clustered: bool = False

    def parents(self, rows: int) -> int:
        """
        Return how many parents ``rows`` children take.
        """
        return PARENTS if self.fan_out is None else max(1, round(rows / self.fan_out))

    def place(self, column: str, size: int, rows: int) -> sql.Composable:
        """
        Return the place, from 0, of the parent of row ``n`` of ``rows`` among ``size`` parents.

        It is not for rows that only take turns.
        """
        chance = advance(rows) if self.is_clustered else share(column)
        if not self.skew:
            return sql.SQL("least(floor({} * {})::bigint, {})").format(
                chance, sql.Literal(size), sql.Literal(size - 1)
            )
        # The inverse of Zipf's distribution function, of which the integral is close enough.
        reach = sql.Literal(float(size + 1))
        if self.skew == 1:
            place = sql.SQL("power({}, {})").format(reach, chance)
        else:
            rest = sql.Literal(1 - self.skew)
            place = sql.SQL(
                "power((power({reach}, {rest}) - 1) * {chance} + 1, 1 / {rest})"
            ).format(reach=reach, rest=rest, chance=chance)
        return sql.SQL("least(floor({})::bigint, {}) - 1").format(place, sql.Literal(size))


@dataclass(frozen=True, kw_only=True)
class Volume:
    """
    How many rows a table is to hold, and how their values are spread.

    Attributes:
        rows: How many.
        keys: How they hang from their parents, by a column of the foreign key.
        weights: For a column its values as text, None for NULL, and how often each comes; they
            need not sum up to 1.
        ranges: For a column of numbers or moments the least and the greatest value as text.
        ascending: Those of them whose value rises from row to row, as the moment of insertion does.
        varied: Columns of which every row has a value of its own, as it must where one is unique.
    """

    rows: int
    keys: Mapping[str, Spread] = field(default_factory=dict)
    weights: Mapping[str, Weights] = field(default_factory=dict)
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    ascending: Collection[str] = ()
    varied: Collection[str] = ()

    def spread_of(self, key: ForeignKey) -> Spread:
        """
        Return how rows hang from the parents of one key.
        """
        return next((self.keys[name] for name in key.columns if name in self.keys), Spread())

    def value_of(self, column: Column) -> sql.Composable | None:
        """
        Return the value of a column in row ``n``; None if nothing was declared for it.
        """
        if column.name in self.ranges:
            rises = column.name in self.ascending
            chance = advance(self.rows) if rises else share(column.name)
            return _between(column, self.ranges[column.name], chance)
        weights = self.weights.get(column.name)
        return _weighted(column, weights) if weights else None


def _between(column: Column, ends: tuple[str, str], chance: sql.Composable) -> sql.Composable:
    low, high = (sql.SQL("{}::{}").format(sql.Literal(end), sql.SQL(column.type)) for end in ends)
    # To a date whole days are added, and nothing else.
    days = sql.SQL("::int" if plain_type(column) == "date" else "")
    return sql.SQL("{low} + (({high} - {low}) * {chance}){days}").format(
        low=low, high=high, chance=chance, days=days
    )


def _weighted(column: Column, weights: Weights) -> sql.Composable:
    of_type = sql.SQL(column.type)
    whole, below, cases = sum(weights.values()), 0.0, []
    for text, weight in weights.items():
        below += weight / whole
        cases.append(
            sql.SQL("WHEN {} < {} THEN {}::{}").format(
                share(column.name), sql.Literal(below), sql.Literal(text), of_type
            )
        )
    return sql.SQL("CASE {} ELSE {}::{} END").format(
        sql.SQL(" ").join(cases), sql.Literal([*weights][-1]), of_type
    )


def share(column: str) -> sql.Composable:
    """
    Return a number from 0 to 1, evenly spread over the rows and the same each time for row ``n``.
    """
    return hashed("n", zlib.crc32(column.encode()))


def hashed(number: str, seed: int) -> sql.Composable:
    """
    Return a number from 0 to 1 that an integer always gives, and looks random.
    """
    # 2^53: as many as a double can tell apart.
    return sql.SQL("((hashint8extended({}, {}) & (2 ^ 53)::bigint - 1) / 2 ^ 53::float8)").format(
        sql.Identifier(number), sql.Literal(seed)
    )


def advance(rows: int) -> sql.Composable:
    """
    Return a number from 0 to 1 that rises from the first row to the last.
    """
    return sql.SQL("((n - {}) / {}::float8)").format(sql.Literal(FIRST), sql.Literal(max(rows, 1)))
