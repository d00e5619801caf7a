"""
Write what inserts, deletes and triggers cost into the documentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from benchmarks.noise import Estimate
from benchmarks.writes.deletes import DeleteCost
from benchmarks.writes.inserts import ALL, InsertCost
from benchmarks.writes.triggers import TriggerCost


def inserts(found: Iterable[InsertCost]) -> Iterator[str]:
    """
    Yield the table of what each index adds to a row.
    """
    yield "| table | what | µs a row (95 % interval) | WAL bytes a row |"
    yield "|---|---|---|---|"
    for each in found:
        of = f"**{ALL}: the whole row**" if each.of == ALL else each.of
        yield f"| {each.table} | {of} | {_shown(each.us)} | {round(each.wal_bytes):,} |"


def deletes(found: Iterable[DeleteCost]) -> Iterator[str]:
    """
    Yield the table of what deleting a parent takes.
    """
    yield (
        "| deleted | children | ms with the index (quartiles) | ms without it (quartiles) "
        "| rows gone through without it | WAL, KiB |"
    )
    yield "|---|---|---|---|---|---|"
    costs = {(each.cascade.name, each.children, each.has_index): each for each in found}
    for (name, children, has_index), cost in costs.items():
        if has_index:
            control = costs[name, children, False]
            yield (
                f"| {name} | {children:,} | {_quartiles(cost.ms)} | {_quartiles(control.ms)} "
                f"| {control.scanned:,} | {cost.wal_bytes / 1024:,.1f} |"
            )


def triggers(found: Iterable[TriggerCost]) -> Iterator[str]:
    """
    Yield the table of what triggers add to a row.
    """
    yield (
        "| statement | rows | µs a row without | µs a row added (95 % interval) | ratio "
        "| WAL bytes a row added |"
    )
    yield "|---|---|---|---|---|---|"
    for each in found:
        yield (
            f"| {each.what} | {each.rows:,} | {each.us:.1f} | {_shown(each.added_us)} "
            f"| {each.ratio.value:.2f} ({each.ratio.low:.2f} to {each.ratio.high:.2f}) "
            f"| {round(each.added_wal_bytes):,} |"
        )


def _shown(figure: Estimate) -> str:
    told = f"{figure.value:.1f} ({figure.low:.1f} to {figure.high:.1f})"
    return told if figure.excludes(0) else f"{told}, within the noise"


def _quartiles(figures: tuple[float, float, float]) -> str:
    lower, middle, upper = figures
    return f"{middle:,.2f} ({lower:,.2f} to {upper:,.2f})"
