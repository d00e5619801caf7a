"""
Ask which rows break a demand: each kind of demand is one question in SQL, whose answer is keys.

A question selects the key of a row, or of a group of rows, and how many rows that stands for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import sql

from schemaproof.preflight.limits import Limits
from schemaproof.preflight.source import KEY, SPOT, Source

ROWS = sql.SQL("SELECT {}, 1::bigint FROM ").format(sql.Identifier(KEY))


@dataclass(frozen=True, kw_only=True)
class RowsWhere:
    """
    Rows of which a condition is true.

    Attributes:
        source: The table.
        condition: The condition, in the source's names.
        is_own_words: Whether it is written as the project wrote it, under its search path.
    """

    source: Source
    condition: sql.Composable
    is_own_words: bool = False

    def query(self, live: Limits) -> sql.Composable:
        """
        Return the SQL.
        """
        return ROWS + self.source.rows(live) + sql.SQL(" WHERE {}").format(self.condition)


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """
    Rows that are alike in what must be unique.

    Attributes:
        source: The table.
        keys: What must be unique, as SQL.
        predicate: Of which rows; None for all.
        nulls_not_distinct: Whether NULLs are alike.
    """

    source: Source
    keys: tuple[str, ...]
    predicate: str | None = None
    nulls_not_distinct: bool = False

    def query(self, live: Limits) -> sql.Composable:
        """
        Return the SQL.
        """
        keys = [sql.SQL("({})").format(sql.SQL(key)) for key in self.keys]
        counted = (
            []
            if self.nulls_not_distinct
            else [sql.SQL("{} IS NOT NULL").format(one) for one in keys]
        )
        if self.predicate is not None:
            counted.append(sql.SQL("({})").format(sql.SQL(self.predicate)))
        return sql.SQL(
            "SELECT min({key}), count(*) FROM {rows} WHERE {counted}"
            " GROUP BY {keys} HAVING count(*) > 1"
        ).format(
            key=sql.Identifier(KEY),
            rows=self.source.rows(live, is_alone=True),
            counted=_all(counted),
            keys=sql.SQL(", ").join(keys),
        )


@dataclass(frozen=True, kw_only=True)
class Orphans:
    """
    Rows that refer to a row which is not there.

    Attributes:
        source: The referring table.
        parents: The other one; None if it will be new, and have no rows.
        columns: The referring columns, and those that they refer to.
        is_full: Whether all of them must be NULL if one is.
    """

    source: Source
    parents: Source | None
    columns: tuple[tuple[str, str], ...]
    is_full: bool = False

    def query(self, live: Limits) -> sql.Composable:
        """
        Return the SQL.
        """
        child, parent = "child", "parent"
        own = [sql.Identifier(child, ours) for ours, _ in self.columns]
        refers = _all(sql.SQL("{} IS NOT NULL").format(one) for one in own)
        broken: sql.Composable = refers
        if self.parents is not None:
            broken = sql.SQL("{} AND NOT EXISTS (SELECT FROM {} WHERE {})").format(
                refers,
                self.parents.rows(live, is_alone=True, alias=parent),
                _all(
                    sql.SQL("{} = {}").format(sql.Identifier(parent, theirs), one)
                    for one, (_, theirs) in zip(own, self.columns, strict=True)
                ),
            )
        if self.is_full:
            some = sql.SQL(" OR ").join(sql.SQL("{} IS NOT NULL").format(one) for one in own)
            broken = sql.SQL("({}) OR (({}) AND NOT ({}))").format(broken, some, refers)
        rows = self.source.rows(live, is_alone=True, alias=child)
        return ROWS + rows + sql.SQL(" WHERE ") + broken


@dataclass(frozen=True, kw_only=True)
class Overlaps:
    """
    Rows that stand in a relation to each other in which no two may.

    Attributes:
        source: The table.
        keys: What is compared, as SQL.
        operators: By what, each.
        predicate: Of which rows; None for all.
    """

    source: Source
    keys: tuple[str, ...]
    operators: tuple[str, ...]
    predicate: str | None = None

    def query(self, live: Limits) -> sql.Composable:
        """
        Return the SQL.
        """
        names = [f"schemaproof: {place}" for place in range(len(self.keys))]
        rows = sql.SQL("(SELECT {key}, {spot}, {keys} FROM {rows} WHERE {predicate})").format(
            key=sql.Identifier(KEY),
            spot=sql.Identifier(SPOT),
            keys=sql.SQL(", ").join(
                sql.SQL("({}) AS {}").format(sql.SQL(key), sql.Identifier(name))
                for key, name in zip(self.keys, names, strict=True)
            ),
            rows=self.source.rows(live, is_alone=True),
            predicate=sql.SQL(self.predicate or "true"),
        )
        same = _all(
            sql.SQL("{} {} {}").format(
                sql.Identifier("one", name), sql.SQL(operator), sql.Identifier("other", name)
            )
            for name, operator in zip(names, self.operators, strict=True)
        )
        return sql.SQL(
            "SELECT one.{key}, 1::bigint FROM {rows} AS one WHERE EXISTS"
            " (SELECT FROM {rows} AS other WHERE one.{spot} <> other.{spot} AND {same})"
        ).format(key=sql.Identifier(KEY), spot=sql.Identifier(SPOT), rows=rows, same=same)


@dataclass(frozen=True, kw_only=True)
class Convertible:
    """
    Whether every row's value can be converted: the server raises where one cannot.

    Attributes:
        source: The table.
        expression: The conversion, in the source's names.
        is_own_words: Whether it is written as the project wrote it, under its search path.
    """

    source: Source
    expression: sql.Composable
    is_own_words: bool = False

    def query(self, live: Limits) -> sql.Composable:
        """
        Return the SQL; its one row says nothing.
        """
        return sql.SQL("SELECT NULL::text, count({})::bigint * 0 FROM ").format(
            self.expression
        ) + self.source.rows(live)


def _all(conditions: Iterable[sql.Composable]) -> sql.Composable:
    return sql.SQL(" AND ").join(conditions) if (conditions := [*conditions]) else sql.SQL("true")
