"""
Read where a database is: its revisions, its catalogue, its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from psycopg import sql

from schemaproof.catalog import (
    Catalog,
    Difference,
    Follower,
    QualifiedName,
    Table,
    difference,
    short_name,
)
from schemaproof.history import version_tables
from schemaproof.postgres import Connection, Database
from schemaproof.rows import Rows, fingerprints, read_content

LONGEST = 40  # characters of a value


@dataclass(frozen=True, kw_only=True)
class State:
    """
    What one database held at one moment.

    Attributes:
        heads: The revisions that Alembic's own table names.
        catalog: What it contained.
        rows: The rows of each table that a crash must not empty.
    """

    heads: frozenset[str]
    catalog: Catalog
    rows: Mapping[QualifiedName, Rows]


@dataclass(frozen=True, kw_only=True)
class Unstable:
    """
    What two undisturbed runs do not agree on: times, random values, numbers from a sequence.

    Attributes:
        tables: Tables that hold more rows after the one than after the other.
        columns: Columns with other values.
    """

    tables: frozenset[QualifiedName]
    columns: frozenset[tuple[QualifiedName, str]]


class Reader:
    """
    Reads the states of databases that are copies of one another, what they share only once.
    """

    def __init__(self) -> None:
        self._follower = Follower()
        # A copy has the files of its original, so that a fingerprint tells the same of both.
        self._known: dict[tuple[QualifiedName, str], Rows] = {}

    def read(self, database: Database) -> State:
        """
        Read the state of a database.
        """
        with database.connect(autocommit=True) as connection:
            catalog = self._follower.snapshot(connection)
            bookkeeping = version_tables(catalog)
            heads = {head for table in bookkeeping for head in _heads(connection, table)}
            rows = dict(self._rows(connection, catalog, bookkeeping))
        return State(heads=frozenset(heads), catalog=catalog, rows=rows)

    def _rows(
        self, connection: Connection, catalog: Catalog, bookkeeping: Collection[QualifiedName]
    ) -> Iterator[tuple[QualifiedName, Rows]]:
        wanted = [name for name in map(_lasting, catalog.tables) if name not in bookkeeping]
        marks = fingerprints(connection, filter(None, wanted))
        for name, mark in marks.items():
            key = (name, mark)
            if key not in self._known:
                self._known[key] = read_content(connection, name, catalog.types_of(name))
            yield name, self._known[key]


def _heads(connection: Connection, table: QualifiedName) -> Iterator[str]:
    query = sql.SQL("SELECT version_num FROM {}").format(sql.Identifier(table.schema, table.name))
    yield from (head for (head,) in connection.execute(query).fetchall())


def _lasting(table: Table) -> QualifiedName | None:
    # To be empty after a crash is what UNLOGGED means. A partition is read with its parent.
    is_part = table.partition_bound is not None
    is_ours = table.form != "foreign" and not is_part and table.persistence == "permanent"
    return table.qualified_name if is_ours else None


def unstable(one: State, other: State) -> Unstable:
    """
    Tell what two runs from the same start do not agree on.
    """
    tables = {name for name in one.rows if len(one.rows[name]) != len(other.rows.get(name, ()))}
    columns = {
        (name, column)
        for name in one.rows.keys() - tables
        for column in _columns(one.rows[name])
        if _values(one.rows[name], column) != _values(other.rows[name], column)
    }
    return Unstable(tables=frozenset(tables), columns=frozenset(columns))


def differences(expected: State, found: State) -> Iterator[str]:
    """
    Yield in words what the catalogue has, or lacks, that it should not.
    """
    for one in difference(expected.catalog, found.catalog):
        yield _told(one)


def changed_rows(expected: State, found: State, unstable: Unstable) -> Iterator[str]:
    """
    Yield in words which tables do not hold the rows that they should.
    """
    for table, rows in expected.rows.items():
        now = found.rows.get(table, ())
        if table in unstable.tables:
            continue
        if len(now) != len(rows):
            yield f"{short_name(table)} has {len(now)} rows, not {len(rows)}"
            continue
        for column in _columns(rows):
            if (table, column) not in unstable.columns:
                missing = _values(rows, column) - _values(now, column)
                if missing:
                    extra = _values(now, column) - _values(rows, column)
                    yield _other_value(f"{short_name(table)}.{column}", missing, extra)


def is_same(one: State, other: State) -> bool:
    """
    Tell whether nothing was changed.
    """
    return (
        one.heads == other.heads
        and one.catalog == other.catalog
        and one.rows.keys() == other.rows.keys()
        and all(_is_same_bag(one.rows[name], other.rows[name]) for name in one.rows)
    )


def _told(one: Difference) -> str:
    name = one.identity.removeprefix("public.")
    if one.facet is not None:
        return f"{one.facet} of {one.kind} {name} is {one.right}, not {one.left}"
    return f"{one.kind} {name} is {'missing' if one.right is None else 'left over'}"


def _other_value(column: str, missing: Counter[str | None], extra: Counter[str | None]) -> str:
    return f"{column} holds {_shown(next(iter(extra), None))}, not {_shown(next(iter(missing)))}"


def _columns(rows: Rows) -> Collection[str]:
    return rows[0].keys() if rows else ()


def _values(rows: Rows, column: str) -> Counter[str | None]:
    return Counter(row.get(column) for row in rows)


def _is_same_bag(one: Rows, other: Rows) -> bool:
    return one is other or _bag(one) == _bag(other)


def _bag(rows: Rows) -> Counter[tuple[tuple[str, str | None], ...]]:
    return Counter(tuple(row.items()) for row in rows)


def _shown(text: str | None) -> str:
    if text is None:
        return "NULL"
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
