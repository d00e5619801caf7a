"""
Estimate from the sizes of real tables how long work on them takes, and what disk it needs.

An estimate is a size divided by a rate, and both are told. The rates are a third or less of what
PostgreSQL 18 does on two cores in memory, where nothing waits for a disk. Nothing here is a
promise: it tells a moment from minutes, and minutes from hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemaproof.catalog import short_name
from schemaproof.preflight.answers import Size
from schemaproof.preflight.data import Data
from schemaproof.preflight.work import Work, WorkKind

MB = 2**20
# Bytes a second, of the table's.
RATES: dict[WorkKind, int] = {
    "scan": 200 * MB,
    "rewrite": 40 * MB,
    "index": 40 * MB,
    "write": 5 * MB,
}
DOES: dict[WorkKind, str] = {
    "scan": "scans",
    "rewrite": "rewrites",
    "index": "indexes",
    "write": "changes rows of",
}
UNITS = ("bytes", "kB", "MB", "GB", "TB")
# Beside its columns an entry of an index has a header of 8 and a pointer of 4; a tenth of each page
# is left empty.
ENTRY_BYTES, FULL = 12, 0.9
UNKNOWN_WIDTH = 16
LEAST_S = 0.001


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """
    What one piece of work takes.

    Attributes:
        work: The work.
        seconds: How long.
        disk_bytes: How much disk it needs before it gives any back.
        arithmetic: How both were found.
    """

    work: Work
    seconds: float
    disk_bytes: int
    arithmetic: str


def estimated(works: Iterable[Work], data: Data) -> tuple[Estimate, ...]:
    """
    Estimate pieces of work; those on tables that are not there take nothing.
    """
    found = []
    for work in dict.fromkeys(works):
        size = data.size(work.table)
        if size is not None:
            found.append(_estimate(work, size, data))
    return tuple(found)


def about(seconds: float) -> str:
    """
    Return an estimated time as people say it: ``about 3 s``.
    """
    words = in_words(seconds)
    return words if seconds < LEAST_S else f"about {words}"


def in_words(seconds: float) -> str:
    """
    Return a time as people say it.
    """
    if seconds < LEAST_S:
        return "less than 1 ms"
    if seconds < 1:
        return f"{1000 * seconds:,.0f} ms"
    if seconds < 120:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"


def in_bytes(size: int) -> str:
    """
    Return a size as PostgreSQL's settings have it: ``1.5 GB`` is 1,610,612,736 bytes.
    """
    power = min(max(size.bit_length() - 1, 0) // 10, len(UNITS) - 1)
    number = f"{size / 1024**power:,.{int(power > 1)}f}".removesuffix(".0")
    return f"{number} {UNITS[power]}"


def _estimate(work: Work, size: Size, data: Data) -> Estimate:
    # Who rewrites a table builds its indexes anew.
    read = size.table_bytes + (size.index_bytes if work.kind == "rewrite" else 0)
    seconds = read / RATES[work.kind]
    disk = {
        "scan": 0,
        "rewrite": read,
        # The old rows stay until they are vacuumed.
        "write": size.table_bytes + size.index_bytes,
    }.get(work.kind)
    if disk is None:
        disk = _index_bytes(work, size, data)
    other = f"{work.revision} " if work.revision else ""
    where = other if work.line is None else f"{other}line {work.line} "
    what = f" with {work.index}" if work.index else ""
    return Estimate(
        work=work,
        seconds=seconds,
        disk_bytes=disk,
        arithmetic=f"{where}{DOES[work.kind]} {short_name(work.table)}{what}: {in_bytes(read)} at "
        f"{in_bytes(RATES[work.kind])}/s, {in_words(seconds)}",
    )


def _index_bytes(work: Work, size: Size, data: Data) -> int:
    width = data.width(work.table, work.columns) if work.columns else None
    # Sorted on disk first, and then written.
    return int(2 * size.rows * ((width or UNKNOWN_WIDTH) + ENTRY_BYTES) / FULL)
