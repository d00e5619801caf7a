"""
Make a throwaway database seem to have the size and the values that statistics describe.

The planner multiplies the density in ``pg_class`` with the length of the files, reads the height
of a B-tree in its first page, and everything else in ``pg_statistic``. All three are written here,
and no row. Such a database is for EXPLAIN alone: ANALYZE or VACUUM would find the truth, and a copy
would fill the holes.

Source: https://www.postgresql.org/docs/current/row-estimation-examples.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from schemaproof.catalog import QualifiedName
from schemaproof.errors import SchemaproofError
from schemaproof.plans.posing._extended import pose_extended
from schemaproof.plans.posing._files import File, stretch
from schemaproof.plans.posing._pages import PAGE_BYTES, is_btree, with_height
from schemaproof.plans.statistics import (
    ColumnStatistics,
    RelationStatistics,
    Statistics,
    named_rows,
    query,
)
from schemaproof.postgres import Connection, Database, Databases

SLOTS = 5  # of pg_statistic
MOST_PAGES = 2**32 - 2  # of any table: the number of a block has 32 bits


class NotPosable(SchemaproofError):
    """A database cannot be made to seem larger than it is."""

    @classmethod
    def for_others(cls, error: psycopg.errors.InsufficientPrivilege) -> NotPosable:
        """
        Say that only a superuser may, and what the server told somebody else.
        """
        return cls(
            "needs a superuser to pose a table at a size that it does not have; found a role to "
            f"which the server says: {error}"
        )


def pose(database: Database, databases: Databases, statistics: Statistics) -> None:
    """
    Make a database seem to be what ``statistics`` describe.

    Args:
        database: One of ``databases`` that is the caller's alone, and that nobody has used: what
            the server has read of it before, it would not read again.
        databases: The throwaway databases of this run.
        statistics: Of some or all tables and indexes; a name that is not there is passed over.

    Raises:
        NotPosable: It is not one of them, or the server does not let it be done.
    """
    if not databases.owns(database):
        raise NotPosable(
            f"needs a throwaway database to pose as a large one; found {database.name!r}, "
            "which this run did not make"
        )
    with database.connect(autocommit=True) as connection:
        relations = {
            QualifiedName(row.schema, row.name): row
            for row in named_rows(connection, query("relations"))
        }
        known = [each for name, each in statistics.items() if name in relations]
        _refuse_too_large(known)
        try:
            stretch(connection, _files(connection, relations, known))
            with connection.transaction():
                _describe(connection, relations, known)
        except psycopg.errors.InsufficientPrivilege as error:
            raise NotPosable.for_others(error) from error


def _refuse_too_large(known: Sequence[RelationStatistics]) -> None:
    for each in known:
        if each.pages > MOST_PAGES:
            raise NotPosable(
                f"needs tables and indexes of {MOST_PAGES:,} blocks, 32 TB, at most, as PostgreSQL "
                f"has them; {each.relation.name} would have {each.pages:,}: pose a smaller size"
            )


def _files(
    connection: Connection,
    relations: dict[QualifiedName, Any],
    known: Sequence[RelationStatistics],
) -> list[File]:
    trees = {
        relations[each.relation].path: each.height
        for each in known
        if each.height is not None and relations[each.relation].method == "btree"
    }
    read = "SELECT path, pg_read_binary_file(path, 0, %s) FROM unnest(%s::text[]) AS path"
    first_pages = connection.execute(read, [PAGE_BYTES, [*trees]], binary=True).fetchall()
    if not all(is_btree(page) for _, page in first_pages):
        raise NotPosable(
            f"needs B-trees as PostgreSQL 14 to 18 write them, in blocks of {PAGE_BYTES} bytes; "
            "found others"
        )
    beginnings = {path: with_height(page, trees[path] or 0) for path, page in first_pages}
    paths = [(relations[each.relation].path, each.pages) for each in known]
    return [File(path=path, pages=pages, beginning=beginnings.get(path)) for path, pages in paths]


def _describe(
    connection: Connection,
    relations: dict[QualifiedName, Any],
    known: Sequence[RelationStatistics],
) -> None:
    oids = [relations[each.relation].oid for each in known]
    connection.execute(
        query("pose_relations"),
        {
            "oids": oids,
            "pages": [_signed(each.pages) for each in known],
            "rows": [each.rows for each in known],
            "all_visible": [_signed(each.all_visible) for each in known],
        },
    )
    connection.execute("DELETE FROM pg_statistic WHERE starelid = ANY (%s)", [oids])
    columns = [
        _as_json(oid, column)
        for oid, each in zip(oids, known, strict=True)
        for column in each.columns
    ]
    connection.execute(query("pose_columns"), [Jsonb(columns)])
    pose_extended(connection, [told for each in known for told in each.extended])


def _signed(pages: int) -> int:
    # The column has a sign; the server takes the same bits without one.
    return (pages + 2**31) % 2**32 - 2**31


def _as_json(oid: int, column: ColumnStatistics) -> dict[str, Any]:
    slots = [*column.slots, *[None] * (SLOTS - len(column.slots))]
    return {
        "oid": oid,
        "name": column.name,
        "inherited": column.is_inherited,
        "null_fraction": column.null_fraction,
        "width": column.width,
        "distinct_values": column.distinct,
        "kinds": [slot.kind if slot else 0 for slot in slots],
        "operators": [slot.operator if slot else "0" for slot in slots],
        "collations": [(slot and slot.collation) or "-" for slot in slots],
        "numbers": [_array(slot.numbers) if slot else None for slot in slots],
        "contents": [slot.values if slot else None for slot in slots],
        "elements": [slot.element if slot else "-" for slot in slots],
    }


def _array(numbers: tuple[float, ...] | None) -> str | None:
    return None if numbers is None else f"{{{','.join(map(str, numbers))}}}"
