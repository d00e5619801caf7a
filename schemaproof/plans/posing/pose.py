"""
Make a throwaway database seem to have the size and the values that statistics describe.

The planner multiplies the density in ``pg_class`` with the length of the files, reads the height
of a B-tree in its first page, and everything else in ``pg_statistic``. All three are written here,
and no row. Such a database is for EXPLAIN alone: ANALYZE or VACUUM would find the truth, and a copy
would fill the holes.

Source: https://www.postgresql.org/docs/current/row-estimation-examples.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from schemaproof.catalog import QualifiedName
from schemaproof.errors import SchemaproofError
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


class NotPosable(SchemaproofError):
    """A database cannot be made to seem larger than it is."""


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
            QualifiedName(row.schema, row.name): row for row in named_rows(connection, "relations")
        }
        known = [each for name, each in statistics.items() if name in relations]
        try:
            files = [_file(connection, relations[each.relation], each) for each in known]
            stretch(connection, files)
            with connection.transaction():
                _describe(connection, relations, known)
        except psycopg.errors.InsufficientPrivilege as error:
            raise NotPosable(
                "needs a superuser to pose a table at a size that it does not have; found "
                f"a role to which the server says: {error}"
            ) from error


def _file(connection: Connection, relation: Any, each: RelationStatistics) -> File:
    beginning = None
    if relation.method == "btree" and each.height is not None:
        read = "SELECT pg_read_binary_file(%s, 0, %s)"
        row = connection.execute(read, [relation.path, PAGE_BYTES], binary=True).fetchone()
        first_page = bytes(row[0]) if row else b""
        if not is_btree(first_page):
            raise NotPosable(
                f"needs B-trees as PostgreSQL 14 to 18 write them, in blocks of {PAGE_BYTES} "
                f"bytes; {each.relation.name} begins otherwise"
            )
        beginning = with_height(first_page, each.height)
    return File(path=relation.path, pages=each.pages, beginning=beginning)


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
            "pages": [each.pages for each in known],
            "rows": [each.rows for each in known],
            "all_visible": [each.all_visible for each in known],
        },
    )
    connection.execute("DELETE FROM pg_statistic WHERE starelid = ANY (%s)", [oids])
    with connection.cursor() as cursor:
        cursor.executemany(
            query("pose_columns"),
            [
                _arguments(oid, column)
                for oid, each in zip(oids, known, strict=True)
                for column in each.columns
            ],
        )


def _arguments(oid: int, column: ColumnStatistics) -> dict[str, Any]:
    missing = SLOTS - len(column.slots)
    return {
        "oid": oid,
        "name": column.name,
        "inherited": column.is_inherited,
        "null_fraction": column.null_fraction,
        "width": column.width,
        "distinct": column.distinct,
        "kinds": [*(slot.kind for slot in column.slots), *[0] * missing],
        "operators": [*(slot.operator for slot in column.slots), *["0"] * missing],
        "collations": [*(slot.collation or "-" for slot in column.slots), *["-"] * missing],
        "values": [*(slot.values for slot in column.slots), *[None] * missing],
        "elements": [*(slot.element for slot in column.slots), *["-"] * missing],
        **dict(_numbers(column)),
    }


def _numbers(column: ColumnStatistics) -> Iterator[tuple[str, list[float] | None]]:
    for place in range(SLOTS):
        slot = column.slots[place] if place < len(column.slots) else None
        numbers = None if slot is None or slot.numbers is None else [*slot.numbers]
        yield f"numbers{place + 1}", numbers
