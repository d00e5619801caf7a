"""
Report tables with rows of which the planner has never seen a sample.

Without statistics it guesses: one row in two hundred for an equality, a third for a range. After a
bulk load, a pg_upgrade before 18, or a restore, they are missing until somebody analyses; of a
partitioned table as a whole they are missing always, since autovacuum does not look at it.

Source: https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from schemaproof.catalog import Catalog, QualifiedName, short_name
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.health._telling import count, mended, unseen
from schemaproof.preflight import in_bytes
from schemaproof.vitals import TableState, Vitals

# Of fewer a scan costs next to nothing, whatever the planner guesses.
ROWS = 1000
BYTES = 2**20

Parts = Mapping[QualifiedName, list[TableState]]


@check("health/table-never-analysed", severity="warning")
def table_never_analysed(vitals: Vitals, catalog: Catalog) -> Iterator[Yielded]:
    if "tables" in vitals.unseen:
        yield from unseen("table", [vitals.unseen["tables"]])
        return
    own = {one.qualified_name for one in (*catalog.tables, *catalog.views)}
    tables = [one for one in vitals.tables if one.table in own]
    parts: dict[QualifiedName, list[TableState]] = defaultdict(list)
    for one in tables:
        parts[one.root or one.table].append(one)
    # Of a partition whose whole is reported nothing more need be said: ANALYZE goes down to it.
    large = [one for one in tables if _is_large(one, parts)]
    without = {one.table for one in large if one.has_statistics is False}
    reported = [one for one in large if one.table in without and one.root not in without]
    yield from (_violation(one, parts) for one in reported)
    if not reported:
        yield Evidence(seen=f"{count(len(large), 'table')} of some size, each sampled")
    grants = [
        f"needs GRANT SELECT ON {one.table}, and BYPASSRLS where row security is on"
        for one in large
        if one.has_statistics is None
    ]
    yield from unseen("table", grants)


def _is_large(one: TableState, parts: Parts) -> bool:
    return _rows(one, parts) >= ROWS or _bytes(one, parts) >= BYTES


def _rows(one: TableState, parts: Parts) -> int:
    if one.form == "partitioned":
        return sum(_rows(part, {}) for part in _leaves(one, parts))
    return max(one.live_rows, one.estimated_rows or 0)


def _bytes(one: TableState, parts: Parts) -> int:
    if one.form == "partitioned":
        return sum(part.size_bytes or 0 for part in _leaves(one, parts))
    return one.size_bytes or 0


def _leaves(one: TableState, parts: Parts) -> list[TableState]:
    # Of a partition that is partitioned itself the rows count with the whole.
    return [part for part in parts.get(one.table, []) if part.form != "partitioned"]


def _violation(one: TableState, parts: Parts) -> Violation:
    rows = _rows(one, parts)
    what = f"{count(rows, 'row')} are counted" if rows else "nobody has counted its rows"
    whole = (
        "; its partitions may be known one by one, it is not, and autovacuum leaves it so"
        if one.form == "partitioned"
        else ""
    )
    return Violation(
        where=short_name(one.table),
        found=f"the planner has no statistics of it: {what}, and it takes "
        f"{in_bytes(_bytes(one, parts))}{whole}",
        because="the planner guesses how many rows each condition leaves, and a wrong guess turns "
        "an index scan or a hash join into a loop over the whole table",
        fix=mended(f"ANALYZE {one.table}") + ".",
    )
