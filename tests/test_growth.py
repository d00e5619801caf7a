"""
What the benchmarks hold queries to: a query that loses its index is noticed.
"""

from contextlib import ExitStack

import pytest

from benchmarks.growth.judge import Growth, Measured, exponent
from benchmarks.growth.loaded import Loaded
from benchmarks.growth.running import Running
from benchmarks.population import POPULATION
from benchmarks.queries import QUERIES
from schemaproof.project import Project
from schemaproof.runner import Order, opened
from schemaproof.workload import Query
from tests.fix_alembic import ROOT

SIZES = (1e3, 1e4, 3e4)
LOOKUP = Query(name="a look-up", statement="SELECT 1", buffers=10)
UNBOUND = Query(name="a list", statement="SELECT 1")


def growth(buffers, rows=1, query=LOOKUP, **others):
    measured = tuple(
        Measured(images=10.0 ** (3 + place), rows=rows, buffers=each, **others)
        for place, each in enumerate(buffers)
    )
    return Growth(query=query, measured=measured)


@pytest.fixture(scope="module")
def loaded():
    """The migrated tables at any size, on a server of this module's own."""
    with opened(Project.load(ROOT), Order()) as subject:
        yield Loaded(subject, POPULATION)


@pytest.fixture
def grown(loaded):
    """A function that runs a query at each size, on tables to which a statement was done first."""

    def run(name, statement="SELECT 1"):
        query = QUERIES.named(name)
        with ExitStack() as held:
            found = []
            for size in SIZES:
                database = held.enter_context(loaded.copied(size))
                with database.connect(autocommit=True) as connection:
                    connection.execute(statement)
                room = Running(database, size, QUERIES)
                held.callback(room.close)
                found.append(room.measured(query, "typical"))
        return Growth(query=query, measured=tuple(found))

    return run


@pytest.mark.parametrize("power", [-0.5, 0.0, 0.5, 1.0, 2.0])
def test_an_exponent_is_the_power(power):
    """What grows with a power of the size has that power, whatever it is multiplied by."""
    sizes = [1e3, 1e4, 1e6]

    assert exponent(sizes, [1e6 * size**power for size in sizes]) == pytest.approx(power)


@pytest.mark.parametrize(
    ("found", "is_refused"),
    [
        pytest.param(growth([3, 3, 4, 5]), False, id="a-tree-that-gains-levels"),
        pytest.param(growth([3, 10, 38, 52], rows=50, query=UNBOUND), False, id="rows"),
        pytest.param(growth([1, 2, 9, 78], query=UNBOUND), True, id="a-scan"),
        pytest.param(growth([8, 8, 8, 11], tables=2), True, id="over-its-budget"),
        pytest.param(growth([8, 8, 8, 9], tables=2), False, id="two-trees"),
    ],
)
def test_waste_and_budget_are_judged(found, is_refused):
    """Blocks that hold rows and levels of trees are no waste; everything beyond is, as it grows."""
    assert bool([*found.refusals()]) == is_refused


def test_rows_that_grow_are_no_waste():
    """A query that finds ten times as many rows may touch ten times as many blocks."""
    sizes = [(1e3, 10), (1e4, 100), (1e5, 1000)]
    measured = tuple(Measured(images=size, rows=rows, buffers=rows) for size, rows in sizes)
    found = Growth(query=UNBOUND, measured=measured)

    assert (found.of_blocks, found.of_rows) == (pytest.approx(1), pytest.approx(1))
    assert [*found.refusals()] == []


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("cascade to images by crawl_job_id", "ix_images_crawl_job_id"),
        ("a job's images, paged", "ix_images_crawl_job_id"),
        ("recent activity", "ix_activity_logs_timestamp"),
    ],
)
def test_a_lost_index_is_noticed(grown, name, index):
    """With its index a query grows with nothing; without it with the table, and is refused."""
    with_it, without = grown(name), grown(name, f"DROP INDEX {index}")

    assert [*with_it.refusals()] == []
    assert with_it.of_blocks < 0.3
    assert without.of_blocks > 0.8
    assert [told for told in without.refusals() if "waste" in told]


def test_values_are_those_of_the_tables(loaded):
    """The typical user has the median number of rows of activity, the worst the greatest."""
    query = QUERIES.named("a user's activity, newest first")
    room = Running(loaded.at(1e4), 1e4, QUERIES)
    with loaded.at(1e4).connect() as connection:
        counted = dict(
            connection.execute(
                "SELECT user_id, count(*) FROM activity_logs WHERE user_id IS NOT NULL GROUP BY 1"
            ).fetchall()
        )

    typical, worst = (room.values.of(query, kind)["user_id"] for kind in ("typical", "worst"))
    room.close()

    assert counted[typical] == sorted(counted.values())[(len(counted) - 1) // 2]
    assert counted[worst] == max(counted.values())
