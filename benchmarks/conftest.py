"""
Options and fixtures of what is measured with pytest: `pytest benchmarks/test_queries.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.growth.ledger import Ledger
from benchmarks.growth.loaded import Loaded
from benchmarks.growth.running import Running
from benchmarks.population import POPULATION
from schemaproof.project import Project
from schemaproof.runner import Order, opened

ROOT = Path(__file__).resolve().parents[1]
SIZES = "1e3,1e4,1e5,1e6"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("growth")
    group.addoption("--sizes", default=SIZES, help="images; 1e7 takes 5 GB, and minutes")
    group.addoption("--rounds", type=int, default=15, help="how often each write is timed")
    group.addoption("--write", action="store_true", help="write the figures into docs/")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "images" in metafunc.fixturenames:
        sizes = sizes_of(metafunc.config)
        metafunc.parametrize("images", sizes, ids=[f"{size:.0e}" for size in sizes])


def sizes_of(config: pytest.Config) -> list[float]:
    return sorted(float(word) for word in config.getoption("--sizes").split(","))


@pytest.fixture(scope="session")
def sizes(pytestconfig: pytest.Config) -> list[float]:
    """The sizes of this run, in images."""
    return sizes_of(pytestconfig)


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> int:
    """How often each write is timed."""
    return pytestconfig.getoption("--rounds")


@pytest.fixture(scope="session")
def loaded() -> Iterator[Loaded]:
    """The migrated tables at any size, on a server of this run's own."""
    with opened(Project.load(ROOT), Order()) as subject:
        yield Loaded(subject, POPULATION)


@pytest.fixture(scope="session")
def ledger(pytestconfig: pytest.Config) -> Iterator[Ledger]:
    """What was measured in this run; written into the documentation at its end, if asked for."""
    sizes = sizes_of(pytestconfig)
    if len(sizes) < 2:
        raise pytest.UsageError(f"growth needs two sizes or more: found --sizes {sizes[0]:.0e}")
    ledger = Ledger(sizes)
    yield ledger
    if pytestconfig.getoption("--write"):
        ledger.write(ROOT / "docs")


@pytest.fixture(scope="module")
def running(loaded: Loaded) -> Iterator[dict[float, Running]]:
    """A connection to the tables of each size; none is left when others copy these tables."""
    rooms = Rooms(loaded)
    yield rooms
    for room in rooms.values():
        room.close()


class Rooms(dict[float, Running]):
    """One connection for each size."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self._loaded = loaded

    def __missing__(self, images: float) -> Running:
        database = self._loaded.at(images)
        workload = self._loaded.subject.workload
        self[images] = Running(database, images, workload)
        return self[images]
