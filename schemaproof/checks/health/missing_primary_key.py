"""
Report tables in which no row can be told from another one.

Without a primary key the same row may be there twice, and nothing names just one of them. Logical
replication publishes no UPDATE and no DELETE of such a table: the server refuses them. A key that
is unique and NOT NULL tells rows apart as well, so a table with one is not reported.

Source: https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, Index, QualifiedName, short_name
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.health._telling import count, mended
from schemaproof.history import application_tables


@check("health/missing-primary-key", severity="warning")
def missing_primary_key(catalog: Catalog) -> Iterator[Yielded]:
    tables = application_tables(catalog)
    without = [table for table in tables if not _has_key(table, catalog)]
    for table in without:
        name = short_name(table)
        yield Violation(
            where=name,
            found=f"{name} has {count(len(catalog.columns_of(table)), 'column')} and no key: no "
            "primary key, and nothing unique without NULLs",
            because="the same row may be there twice with nothing to tell them apart, and once the "
            "table is published the server refuses every UPDATE and DELETE",
            fix="Add a key on what names a row, or "
            + mended(f"ALTER TABLE {table} ADD id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
            + ".",
        )
    if not without:
        yield Evidence(seen=f"{count(len(tables), 'table')}, each with a key")


def _has_key(table: QualifiedName, catalog: Catalog) -> bool:
    if catalog.primary_key_of(table):
        return True
    required = {one.name for one in catalog.columns_of(table) if not one.is_nullable}
    return any(_names_rows(index, required) for index in catalog.indexes_of(table))


def _names_rows(index: Index, required: set[str]) -> bool:
    return (
        index.is_unique
        and index.is_valid
        and index.predicate is None
        and all(key.column in required for key in index.keys)
    )
