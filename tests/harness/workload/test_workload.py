"""read_workload: what a project registers is read, and every mistake in it is told at once."""

import pytest
from sqlalchemy import select, text

from schemaproof.catalog import QualifiedName
from schemaproof.configuration import BadConfiguration
from schemaproof.rows import Population, Volume
from schemaproof.workload import Query, Workload, read_workload

ONE = Query(name="one", statement="SELECT 1")


@pytest.mark.parametrize("found", [[ONE], (ONE,), iter([ONE]), Workload(queries=(ONE,))])
def test_queries_alone_are_a_workload(found):
    """
    A population and settings are for those who have them.
    """
    workload = read_workload(found, "queries")

    assert workload.queries == (ONE,)
    assert workload.named("one") is ONE
    assert workload.named("two") is None


@pytest.mark.parametrize(
    ("found", "told"),
    [
        pytest.param(7, "found int", id="a number"),
        pytest.param("SELECT 1", "found str", id="text"),
        pytest.param({"one": ONE}, "found dict", id="a mapping"),
        pytest.param([7], "entry 1: needs a Query; found int", id="no query"),
        pytest.param([Query(name="odd", statement=7)], "'odd' needs SQL text", id="no statement"),
        pytest.param([ONE, ONE], "'one' is there 2 times", id="twice"),
        pytest.param(
            [Query(name="q", statement="SELECT 1", condition=("a",))], "no index", id="no index"
        ),
        pytest.param(
            [Query(name="q", statement="SELECT 1", index="i", reads_all_because="so")],
            "read the whole table and to use i",
            id="both",
        ),
        pytest.param(
            [Query(name="q", statement="SELECT 1", sizes=(0.5,))], "at least one row", id="no row"
        ),
        pytest.param(
            [Query(name="q", statement="SELECT 1", sizes=())], "at least one row", id="no size"
        ),
        pytest.param(
            Workload(population=Population(counted="images", volumes={"jobs": Volume(rows=1)})),
            "counts the rows of 'images', and declares none; it declares jobs",
            id="counts nothing",
        ),
    ],
)
def test_a_mistake_is_told_with_its_setting(found, told):
    """
    In the words of who wrote it.
    """
    with pytest.raises(BadConfiguration, match="queries = 'app:QUERIES'") as raised:
        read_workload(found, "queries = 'app:QUERIES'")

    assert told in str(raised.value)


def test_all_mistakes_are_told_at_once():
    """
    So that they are mended in one go.
    """
    with pytest.raises(BadConfiguration, match=r"entry 1: .*; entry 2: "):
        read_workload([7, Query(name="x", statement=7)], "queries")


def test_statements_of_sqlalchemy_and_text_are_taken():
    """
    Whatever can be executed.
    """
    queries = [Query(name="a", statement=select(1)), Query(name="b", statement=text("SELECT 1"))]

    assert len(read_workload(queries, "queries").queries) == 2


def test_a_population_keeps_its_proportions():
    """
    At any size, with one row at least; names of other schemas are qualified.
    """
    population = Population(
        counted="images",
        volumes={"images": Volume(rows=1000), "app.jobs": Volume(rows=10, varied=["x"])},
    )

    assert {str(name): volume.rows for name, volume in population.at(1e6).items()} == {
        "public.images": 1_000_000,
        "app.jobs": 10_000,
    }
    assert population.at(10)[QualifiedName("app", "jobs")] == Volume(rows=1, varied=["x"])
