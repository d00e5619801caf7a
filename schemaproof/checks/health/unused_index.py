"""
Report indexes that no statement has read for as long as the server has counted.

Every INSERT writes them, and so does every UPDATE that is not HOT. The server counts how often it
reads each index, and since when: a month of all that a database is asked is evidence, a day is not.

Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, Index, short_name
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.drift._mending.calls import in_schema, source
from schemaproof.checks.health._telling import count, span, unseen
from schemaproof.checks.indexes._same import enforces
from schemaproof.checks.references._serving import serving
from schemaproof.preflight import in_bytes
from schemaproof.vitals import Counting, IndexUse, Vitals

# What runs once a month has then run.
OLD_ENOUGH_S = 31 * 86400
# Less costs nobody anything.
WORTH_BYTES = 2**20


@check("health/unused-index", severity="warning")
def unused_index(vitals: Vitals, catalog: Catalog) -> Iterator[Yielded]:
    hidden = [vitals.unseen[fact] for fact in ("indexes", "counting") if fact in vitals.unseen]
    if hidden:
        yield from unseen("index", hidden)
        return
    counting = vitals.counting
    too_early = _too_early(vitals, counting)
    if counting is None or counting.age_s is None or too_early:
        yield Skip(why=too_early)
        return
    uses = {use.name: use for use in vitals.indexes}
    judged = [
        (index, uses[index.qualified_name])
        for index in catalog.indexes
        if index.qualified_name in uses and _is_dispensable(index, catalog)
    ]
    unused = [pair for pair in judged if pair[1].scans == 0 and _is_worth_it(pair[1])]
    for index, use in unused:
        yield _violation(index, use, counting, counting.age_s)
    if not unused:
        seen = f"{count(len(judged), 'index', 'indexes')} that nothing else needs, counted for"
        yield Evidence(seen=f"{seen} {span(counting.age_s)}: each was read, or is small")


def _too_early(vitals: Vitals, counting: Counting | None) -> str:
    if vitals.is_standby:
        return "a standby counts what is read on it alone: run it on the primary"
    if counting is None or not counting.is_on:
        return "the server counts nothing: set track_counts = on, and come back in a month"
    if counting.age_s is None:
        return "the server does not say since when it counts: run pg_stat_reset(), and come back"
    if counting.age_s < OLD_ENOUGH_S:
        return (
            f"the server has counted for {span(counting.age_s)}, which is too short to call an "
            f"index unused: come back after {span(OLD_ENOUGH_S)}"
        )
    return ""


def _is_dispensable(index: Index, catalog: Catalog) -> bool:
    # The planner knows the values of an expression by its index, also when it does not read it.
    if enforces(index) or index.is_replica_identity or index.is_inherited:
        return False
    if any(key.column is None for key in index.keys):
        return False
    return not any(index in serving(key, catalog) for key in catalog.foreign_keys_of(index.table))


def _is_worth_it(use: IndexUse) -> bool:
    return use.size_bytes is not None and use.size_bytes >= WORTH_BYTES


def _violation(index: Index, use: IndexUse, counting: Counting, age_s: float) -> Violation:
    elsewhere = (
        f"; {count(counting.standbys, 'standby')} may read it, and count for themselves"
        if counting.standbys
        else ""
    )
    drop = f"DROP INDEX CONCURRENTLY {index.qualified_name}"
    arguments = f"{source(index.name)}{in_schema(index.schema)}, postgresql_concurrently=True"
    return Violation(
        where=short_name(index.qualified_name),
        found=f"it was not read once in {span(age_s)}, and takes {in_bytes(use.size_bytes or 0)}"
        + elsewhere,
        because=f"every write to {short_name(index.table)} maintains it, and nobody reads it",
        fix=f"If it is older than the counting: {drop}; in a revision, within "
        f"op.get_context().autocommit_block(): op.drop_index({arguments}).",
    )
