"""
Report indexes that queries may not use, or writes do not maintain.

CREATE INDEX CONCURRENTLY that fails leaves its index behind, and the next attempt with IF NOT
EXISTS takes it for done. An index on a partitioned table is not valid until every partition has
its part of it. Every write maintains such an index, and no query ever reads it.

Source: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, Index
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.indexes._same import in_sql
from schemaproof.targets import short_name


@check("indexes/invalid-index")
def invalid_index(
    index: Index, catalog: Catalog, known_mappers: tuple[Mapper[Any], ...]
) -> Iterator[Yielded]:
    if index.is_valid and index.is_ready:
        yield Evidence(seen="queries may use it, and writes maintain it")
        return
    table = catalog.table(*index.table)
    is_partitioned = table is not None and table.form == "partitioned"
    yield Violation(
        where=short_name(index.qualified_name),
        found="queries may not use it"
        + ("" if index.is_ready else ", and writes do not maintain it")
        + (": not every partition has its part of it" if is_partitioned else ""),
        because=f"what it is there for reads all of {short_name(index.table)}, and what it is to "
        "refuse may be there already",
        fix="Create it on each partition, and ATTACH it."
        if is_partitioned
        else f"REINDEX INDEX CONCURRENTLY {in_sql(index)}, after what made it fail.",
        location=class_location(mapper_of(index.table, known_mappers), mentioning=index.name),
    )
