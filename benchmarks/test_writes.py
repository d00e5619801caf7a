"""
Measure what indexes, keys and triggers cost those who write.

    pytest benchmarks/test_writes.py [--sizes 1e6] [--rounds 15] [--write]

It is measured at the largest of the sizes. Nothing fails for its milliseconds: bytes that are
written ahead and rows that are gone through are the same on every machine.
"""

from __future__ import annotations

import pytest

from benchmarks.conftest import ROOT
from benchmarks.growth.judge import exponent
from benchmarks.pages import write_between
from benchmarks.writes import page
from benchmarks.writes.deletes import CASCADES, delete_costs
from benchmarks.writes.inserts import ALL, CHECKED, insert_costs
from benchmarks.writes.triggers import trigger_costs

PAGE = ROOT / "docs" / "BENCHMARKS.md"
FAN_OUTS = (1, 10, 100, 1_000, 10_000, 100_000)
OWNED = (0, 10)
# A record of the log, a pointer, a key that is at most a UUID and a moment; its share of splits.
MOST_WAL_BYTES = 150
# A record that says that a row is locked.
LOCK_WAL_BYTES = 64
# Where a parent has every hundredth row, the server may as well go through all.
FEW = 0.01


@pytest.fixture
def written(pytestconfig):
    """A function that writes a table into the page, if that was asked for."""

    def write(name, lines):
        if pytestconfig.getoption("--write"):
            write_between(PAGE, name, lines)

    return write


def test_inserts(loaded, sizes, rounds, written):
    """Every index costs something, and none more than its key is long."""
    found = [*insert_costs(loaded, sizes[-1], rounds)]
    written("inserts", page.inserts(found))
    indexes = {each.of: each.wal_bytes for each in found if each.of not in (ALL, CHECKED)}

    assert len(indexes) == sum(index.constraint is None for index in loaded.catalog.indexes)
    assert [name for name, cost in indexes.items() if not 0 < cost <= MOST_WAL_BYTES] == []


def test_deletes(loaded, sizes, rounds, written):
    """With the key's index only children are read, and what is written grows with them."""
    found = [*delete_costs(loaded, sizes[-1], FAN_OUTS, rounds)]
    written("deletes", page.deletes(found))

    served = [each for each in found if each.has_index and each.children <= FEW * sizes[-1]]
    assert [each for each in served if each.scanned] == []
    assert all(each.scanned >= sizes[-1] for each in found if not each.has_index)
    for cascade in CASCADES:
        costs = [each for each in found if each.cascade == cascade and each.has_index]
        assert exponent(FAN_OUTS, [each.wal_bytes for each in costs]) < 1.1


def test_triggers(loaded, sizes, rounds, written):
    """The guard locks each project that it looks at, once; nothing else is written."""
    found = [*trigger_costs(loaded, sizes[-1], OWNED, rounds)]
    written("triggers", page.triggers(found))

    *guarded, touched = (each.added_wal_bytes for each in found)
    # The server writes a record of its own now and then.
    stray = LOCK_WAL_BYTES / 2
    assert abs(touched) < stray
    for projects, added in zip(OWNED, guarded, strict=True):
        assert projects * LOCK_WAL_BYTES / 2 - stray < added < projects * LOCK_WAL_BYTES + stray
