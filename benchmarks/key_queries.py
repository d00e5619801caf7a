"""
The queries that follow from foreign keys: the joins along them, and what a cascade looks up.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import bindparam, select

from benchmarks.population import A_USER
from models import Base
from schemaproof.workload import Query


def joins() -> Iterator[Query]:
    """
    Yield the join along each foreign key: a parent with its children.
    """
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            child, parent = key.parent, key.column
            typical = A_USER if parent.table.name == "profiles" else 800
            yield Query(
                name=f"{parent.table.name} with {table.name} by {child.name}",
                statement=select(parent.table, table)
                .join(table, child == parent)
                .where(parent == bindparam("parent", typical)),
                index=_leading_with(child.name, table.name),
                condition=(child.name,),
            )


def cascades() -> Iterator[Query]:
    """
    Yield what the server looks up in each child when a parent is deleted.

    Source: https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/ri_triggers.c
    """
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            child = key.parent.name
            typical = A_USER if key.column.table.name == "profiles" else 800
            verb = (
                f"UPDATE ONLY {table.name} SET {child} = NULL"
                if key.ondelete == "SET NULL"
                else f"DELETE FROM ONLY {table.name}"
            )
            yield Query(
                name=f"cascade to {table.name} by {child}",
                statement=f"{verb} WHERE {child} = :parent",
                parameters={"parent": typical},
                index=_leading_with(child, table.name),
                condition=(child,),
            )


def _leading_with(column: str, table: str) -> str:
    # A longer index that begins with the key is taken in the place of the key's own. Only that of
    # (user_id, timestamp) is so much larger that it is not.
    longer = {"crawl_jobs": "project_id", "export_jobs": "user_id"}
    is_longer = longer.get(table) == column
    return f"ix_{table}_{column}{'_status' if is_longer else ''}"
