"""
Run every registered query on tables of growing size, with typical values and with the worst.

    pytest benchmarks/test_queries.py [--sizes 1e3,1e4,1e5,1e6,1e7] [--write]

Each is timed by pytest-benchmark; that fails nothing. What it touches must not grow beyond what it
finds: see `benchmarks.growth.judge`. ``--write`` puts tables and a picture into docs/BENCHMARKS.md.
"""

from __future__ import annotations

import pytest

from benchmarks.growth.judge import Growth
from benchmarks.growth.running import anew
from benchmarks.growth.statements import changed
from benchmarks.growth.typical import kinds
from benchmarks.queries import QUERIES

# Rounds of what changes rows: each leaves dead ones behind until the end.
WRITTEN = 7
CASES = [
    pytest.param(query, kind, id=f"{query.name}-{kind}")
    for query in QUERIES.queries
    for kind in kinds(query)
]


@pytest.mark.parametrize(("query", "kind"), CASES)
def test_growth(query, kind, sizes, running, ledger):
    """It touches no more of a large table than of a small one, but for the rows that it finds."""
    growth = Growth(
        query=query, measured=tuple(running[size].measured(query, kind) for size in sizes)
    )
    ledger.keep(growth, kind)
    if query.index is not None:
        control = [running[size].measured(query, kind, has_index=False) for size in sizes]
        ledger.keep_control(Growth(query=query, measured=tuple(control)), kind)

    assert [*growth.refusals()] == []


@pytest.mark.benchmark(min_rounds=10, max_time=0.2, warmup=True, warmup_iterations=2)
@pytest.mark.parametrize(("query", "kind"), CASES)
def test_latency(benchmark, query, kind, images, running, ledger):
    """How long the client waits until it has all rows."""
    benchmark.group = f"{images:,.0f} images, {kind}"
    room = running[images]
    with room.rolled_back() as connection:
        send = room.call(query, kind)
        if changed(query.statement):
            # The same rows are there each time.
            benchmark.pedantic(send, setup=anew(connection), rounds=WRITTEN)
        else:
            benchmark(send)
    room.tidy(query)
    ledger.keep_latency(query, kind, images, benchmark.stats.stats.median)
