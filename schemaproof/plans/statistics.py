"""
Keep what the planner knows of a database: sizes of tables and indexes, values of their columns.

It is ``pg_class`` and ``pg_statistic`` with names in the place of numbers, so that it can be given
to another database of the same schema, on any server.

Source: https://www.postgresql.org/docs/current/catalog-pg-statistic.html
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from psycopg.rows import namedtuple_row

from schemaproof.catalog import QualifiedName
from schemaproof.plans.extended import ExtendedStatistics
from schemaproof.postgres import Connection

MOST_COMMON, HISTOGRAM, CORRELATION = 1, 2, 3  # STATISTIC_KIND_… of pg_statistic.h


@dataclass(frozen=True, kw_only=True)
class Slot:
    """
    One kind of statistics of one column.

    Attributes:
        kind: As ``pg_statistic.h`` numbers them.
        operator: What orders or compares the values, e.g. ``=(text,text)``.
        collation: How texts are ordered; None for other values.
        numbers: Frequencies, the correlation and the like.
        values: An array of the type, as text; None if the kind has no values.
        element: The type of its elements.
    """

    kind: int
    operator: str
    collation: str | None
    numbers: tuple[float, ...] | None
    values: str | None
    element: str


@dataclass(frozen=True, kw_only=True)
class ColumnStatistics:
    """
    What the planner knows of one column.

    Attributes:
        name: The column's name; that of an index's expression is PostgreSQL's.
        number: Its place.
        is_inherited: Whether the rows of descendants are meant too.
        null_fraction: How many of all values are NULL, from 0 to 1.
        width: How many bytes a value has on average.
        distinct: How many values there are; as a negative fraction of the rows if they grow with
            these; 0 if it is not known.
        slots: What is known of the values.
    """

    name: str
    number: int
    is_inherited: bool
    null_fraction: float
    width: int
    distinct: float
    slots: tuple[Slot, ...]

    def slot(self, kind: int) -> Slot | None:
        """
        Return the statistics of one kind; None if there are none.
        """
        return next((slot for slot in self.slots if slot.kind == kind), None)


@dataclass(frozen=True, kw_only=True)
class RelationStatistics:
    """
    What the planner knows of one table or index.

    Attributes:
        relation: Its name.
        is_index: Whether it is an index.
        rows: How many rows it has; -1 if it was never analysed.
        pages: How many blocks.
        all_visible: How many of them hold no row that somebody may not see.
        columns: What is known of its columns, or of an index's expressions.
        height: How many levels a B-tree has above its leaves; None for what is none, or if it is
            for the size to say.
        extended: What is known of its columns together, if somebody looked at that.
    """

    relation: QualifiedName
    is_index: bool
    rows: float
    pages: int
    all_visible: int
    columns: tuple[ColumnStatistics, ...] = ()
    height: int | None = None
    extended: tuple[ExtendedStatistics, ...] = ()


Statistics = dict[QualifiedName, RelationStatistics]


def read_statistics(connection: Connection, *, columns: bytes | None = None) -> Statistics:
    """
    Return what the planner knows of everything in the connection's database.

    Args:
        connection: A session on it.
        columns: A statement with the columns of ``columns.sql``, for who may not run that.

    Raises:
        psycopg.errors.InsufficientPrivilege: It is no superuser's, and there is no such statement.
    """
    found = _by_relation(named_rows(connection, columns or query("columns")))
    return {
        (name := QualifiedName(row.schema, row.name)): RelationStatistics(
            relation=name,
            is_index=row.is_index,
            rows=row.rows,
            pages=row.pages,
            all_visible=row.all_visible,
            columns=found.get(row.oid, ()),
        )
        for row in named_rows(connection, query("relations"))
    }


def named_rows(connection: Connection, statement: bytes) -> list[Any]:
    """
    Return what a statement finds, its columns as attributes.
    """
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return [*cursor.execute(statement)]


@cache
def query(name: str) -> bytes:
    """
    Return one of the statements in ``sql/``.
    """
    return resources.files("schemaproof.plans").joinpath("sql", f"{name}.sql").read_bytes()


def _by_relation(rows: Iterable[Any]) -> dict[int, tuple[ColumnStatistics, ...]]:
    return {
        oid: tuple(_columns(group)) for oid, group in itertools.groupby(rows, lambda row: row.oid)
    }


def _columns(rows: Iterable[Any]) -> Iterator[ColumnStatistics]:
    for _, group in itertools.groupby(rows, lambda row: (row.number, row.is_inherited)):
        slots = [*group]
        first = slots[0]
        yield ColumnStatistics(
            name=first.name,
            number=first.number,
            is_inherited=first.is_inherited,
            null_fraction=first.null_fraction,
            width=first.width,
            distinct=first.distinct_values,
            slots=tuple(_slot(row) for row in slots if row.kind is not None),
        )


def _slot(row: Any) -> Slot:
    return Slot(
        kind=row.kind,
        operator=row.operator,
        collation=row.ordering,
        numbers=None if row.numbers is None else tuple(row.numbers),
        values=row.content,
        element=row.element,
    )
