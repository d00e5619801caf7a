"""
Record what a server has counted and sampled of tables and their indexes.

Source: https://www.postgresql.org/docs/current/monitoring-stats.html
"""

from __future__ import annotations

from dataclasses import dataclass

from schemaproof.catalog import QualifiedName


@dataclass(frozen=True, kw_only=True, slots=True)
class TableState:
    """
    A table or materialized view as the server knows it.

    Attributes:
        table: Its name.
        form: ``ordinary``, ``partitioned`` or ``materialized view``.
        root: The partitioned table that it is a part of, however deep.
        estimated_rows: The planner's count of its rows; None if nobody ever counted.
        live_rows: Its rows as the counters say, which begin anew after a crash.
        dead_rows: Rows that are there no more and take up space.
        modified_rows: Rows changed since the last ANALYZE.
        size_bytes: Its size on disk without indexes; None if somebody has it locked, or it is
            partitioned.
        has_statistics: Whether the planner has a sample of its values; None if the role may not
            know.
        analyzed_age_s: How long ago it was last analysed, by hand or not; None if that is unknown.
        vacuumed_age_s: How long ago it was last vacuumed, likewise.
        frozen_age: How many transactions ago its oldest row that is not frozen was written.
        multixact_age: The same in multixacts.
    """

    table: QualifiedName
    form: str
    root: QualifiedName | None
    estimated_rows: int | None
    live_rows: int
    dead_rows: int
    modified_rows: int
    size_bytes: int | None
    has_statistics: bool | None
    analyzed_age_s: float | None
    vacuumed_age_s: float | None
    frozen_age: int | None
    multixact_age: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexUse:
    """
    How often this server has read an index.

    Attributes:
        name: The index; of a partitioned one, the whole.
        table: Its table.
        scans: How often it was read since the counting began.
        size_bytes: Its size on disk; None if somebody has it locked.
    """

    name: QualifiedName
    table: QualifiedName
    scans: int
    size_bytes: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Counting:
    """
    What the counts are worth.

    Attributes:
        is_on: Whether the server counts at all (``track_counts``).
        age_s: For how long it has counted what its users ask: since somebody reset the counters,
            since its last crash, or since it was promoted; None if one of these has no date.
        standbys: How many servers follow this one, and count for themselves.
    """

    is_on: bool
    age_s: float | None
    standbys: int
