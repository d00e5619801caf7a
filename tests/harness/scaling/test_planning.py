"""Planning: queries are planned at any size, each size made once and kept for the next run."""

import pytest

from schemaproof.catalog import snapshot
from schemaproof.postgres import Databases, new_prefix
from schemaproof.rows import Population, Shapes, Spread, Volume
from schemaproof.scaling import Planning
from schemaproof.scaling.keeping import MOST_KEPT, kept
from schemaproof.workload import Query, Workload
from tests.harness.plans.zoo import SCHEMA

BY_MOOD = Query(
    name="the sad", statement="SELECT * FROM people WHERE mood = :mood", parameters={"mood": "sad"}
)
ALL = Query(name="all", statement="SELECT * FROM people")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("SCHEMAPROOF_CACHE_DIR", str(tmp_path))
    return tmp_path / "statistics"


@pytest.fixture
def databases(schema_server):
    """Throwaway databases of the test's own, on the run's server."""
    own = Databases(schema_server, prefix=new_prefix())
    yield own
    own.close()


@pytest.fixture
def planning(databases):
    """A function that makes a planning for a workload."""

    def build(database):
        with database.connect(autocommit=True) as connection:
            connection.execute(SCHEMA)

    template = databases.template("planning", build)

    def make(workload=None):
        with databases.clone(template) as database, database.connect() as connection:
            catalog = snapshot(connection)
        return Planning(template, databases, catalog, Shapes(), workload or Workload())

    return make


def test_without_a_population_every_table_has_as_many_rows(planning):
    """
    Labels of an enum come equally often, which makes each too common for its index.
    """
    made = planning()

    assert made.explained(ALL, 5e8).plan.rows == 500_000_000
    third = made.explained(BY_MOOD, 3e6).plan
    assert third.rows == pytest.approx(1e6, rel=0.05)


def test_a_population_says_what_the_tables_hold(planning):
    """
    All in proportion to the one that is counted.
    """
    population = Population(
        counted="Odd Schema.Order Items",
        volumes={
            "Odd Schema.Order Items": Volume(rows=1000, keys={"person_id": Spread(fan_out=10)}),
            "people": Volume(rows=100),
        },
    )

    made = planning(Workload(population=population))

    assert made.explained(ALL, 1e6).plan.rows == 100_000


def test_settings_are_pinned_and_may_be_set(planning):
    """
    The workload's go before PostgreSQL's, and those of one question before both.
    """
    made = planning(Workload(settings={"random_page_cost": "1.1"}))
    once = made.explained(ALL, 1e7, settings={"random_page_cost": "2", "jit": "off"})

    # PostgreSQL 14 had other defaults, so that more is told there.
    assert {"random_page_cost": "1.1"}.items() <= made.explained(ALL, 1e7).settings.items()
    assert {"random_page_cost": "2", "jit": "off"}.items() <= once.settings.items()


def test_an_index_may_be_left_out_of_account(planning):
    """
    For one question; the next has it again.
    """
    one = Query(name="one", statement="SELECT * FROM people WHERE id = 7")
    made = planning()

    without = made.explained(one, 1e6, without=("people_pkey",)).plan

    assert without.scanned == {("public", "people")}
    assert made.explained(one, 1e6).plan.indexes == {"people_pkey"}


def test_a_query_may_be_planned_for_any_values(planning):
    """
    The server then goes by the number of values alone.
    """
    population = Population(
        counted="people",
        volumes={"people": Volume(rows=1000, weights={"mood": {"ok": 0.9, "sad": 0.1}})},
    )
    made = planning(Workload(population=population))

    assert made.explained(BY_MOOD, 1e6).plan.rows == pytest.approx(1e5, rel=0.1)
    assert made.explained(BY_MOOD, 1e6, is_generic=True).plan.rows == pytest.approx(5e5, rel=0.1)


def test_statistics_are_kept_for_the_next_run(planning, cache):
    """
    In one file for each size, which says the same.
    """
    first = planning().statistics(1e6)
    files = [*cache.glob("*.json")]

    assert len(files) == 1
    assert planning().statistics(1e6) == first
    assert [*cache.glob("*")] == files


def test_a_damaged_file_is_made_anew(planning, cache):
    """
    Nobody has to know that there is a cache.
    """
    first = planning().statistics(1e6)
    (file,) = cache.glob("*.json")
    file.write_text("{")

    assert planning().statistics(1e6) == first


def test_what_nobody_asks_for_is_forgotten(cache):
    """
    The newest stay.
    """
    for number in range(MOST_KEPT + 3):
        kept(number, dict)

    assert len([*cache.glob("*")]) == MOST_KEPT


def test_without_a_cache_it_works_as_well(monkeypatch, tmp_path):
    """
    Where nothing can be written, everything is made each time.
    """
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SCHEMAPROOF_CACHE_DIR", str(tmp_path / "file"))

    assert kept("anything", dict) == {}
