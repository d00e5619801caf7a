"""
Show the rows of a table as it is now under the names and types that it will have then.

A condition that a later revision demands is written in the names of its day. The database that is
asked has those of today: columns are read under the later names, what is added later has the value
that old rows will have, and what nobody can know has no column, so that the server says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from psycopg import sql

from schemaproof.catalog import QualifiedName
from schemaproof.preflight.limits import Column, Limits, Table

# Not to be met in any table.
KEY, SPOT, LIVE = "schemaproof: key", "schemaproof: spot", "schemaproof: live"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """
    Where the value of one column comes from.

    Attributes:
        column: The column that there is now; None for one that will be added.
        value: What old rows will have in one that is added, as SQL.
        casts: The types that it is converted to on the way, in order.
        is_known: Whether old rows' values can be told: not so where they are computed.
    """

    column: str | None = None
    value: str = "NULL"
    casts: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def is_null(self) -> bool:
        """
        Whether every old row will have NULL.
        """
        return self.column is None and self.is_known and self.value == "NULL"

    def cast(self, kind: str) -> Origin:
        """
        Return the same after a change of its type.
        """
        return replace(self, casts=(*self.casts, kind))

    def expression(self) -> sql.Composable:
        """
        Return the value as SQL, of a row of the table as it is now.
        """
        found: sql.Composable = sql.SQL(self.value)
        if self.column is not None:
            found = sql.Identifier(LIVE, self.column)
        for kind in self.casts:
            # As the server writes types.
            found = sql.SQL("CAST({} AS {})").format(found, sql.SQL(kind))
        return found


@dataclass(frozen=True, kw_only=True)
class Source:
    """
    A table as it will be, read from the table as it is.

    Attributes:
        table: What it is called now.
        alias: What it will be called, without its schema.
        columns: What each column will be called, and where its value comes from.
    """

    table: QualifiedName
    alias: str
    columns: tuple[tuple[str, Origin], ...]

    def rows(
        self, live: Limits, *, is_alone: bool = False, alias: str | None = None
    ) -> sql.Composed:
        """
        Return it as an item of FROM, with the key of each row in its first column.

        Args:
            live: What there is now.
            is_alone: Whether the rows of tables that inherit from it do not count.
            alias: What it is called there, if not as it will be.
        """
        table = live.table(self.table)
        alone = is_alone and not (table and table.is_partitioned)
        return sql.SQL(
            "(SELECT {key} AS {key_name},"
            " {live}.tableoid::text || {live}.ctid::text AS {spot_name}{rest}"
            " FROM {only}{table} AS {live}) AS {alias}"
        ).format(
            key=_key(table),
            key_name=sql.Identifier(KEY),
            spot_name=sql.Identifier(SPOT),
            live=sql.Identifier(LIVE),
            rest=sql.SQL("").join(
                sql.SQL(", {} AS {}").format(origin.expression(), sql.Identifier(name))
                for name, origin in self.columns
                if origin.is_known
            ),
            only=sql.SQL("ONLY " if alone else ""),
            table=sql.Identifier(*self.table),
            alias=sql.Identifier(alias or self.alias),
        )


def as_it_is(table: Table) -> Source:
    """
    Return a table as it is now.
    """
    return Source(
        table=table.name,
        alias=table.name.name,
        columns=tuple((each.name, Origin(column=each.name)) for each in table.columns.values()),
    )


def added(column: Column) -> Origin:
    """
    Return what rows have in a column that has just been added to their table.
    """
    if column.missing is not None:
        value = sql.SQL("({}::{}[])[1]").format(column.missing, sql.SQL(column.type))
        return Origin(value=value.as_string(None))
    return Origin(is_known=not column.is_filled).cast(column.type)


def _key(table: Table | None) -> sql.Composable:
    if table is None or not table.key:
        return sql.SQL("{}.ctid::text").format(sql.Identifier(LIVE))
    parts = [
        sql.SQL("{}::text").format(sql.Identifier(LIVE, name)) for name in table.names(table.key)
    ]
    if len(parts) == 1:
        return parts[0]
    return sql.SQL("'(' || concat_ws(', ', {}) || ')'").format(sql.SQL(", ").join(parts))
