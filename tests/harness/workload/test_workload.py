"""read_workload: what a project registers is read, and every mistake in it is told at once."""

import pytest
from sqlalchemy import select, text

from schemaproof.catalog import QualifiedName
from schemaproof.configuration import BadConfiguration
from schemaproof.rows import Population, Spread, Volume
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


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        pytest.param({"rows": 0}, "needs at least one row; found 0", id="no row"),
        pytest.param({"rows": "many"}, "needs at least one row; found 'many'", id="no number"),
        pytest.param({"keys": {"a": 7}}, "a needs a Spread; found 7", id="no spread"),
        pytest.param({"keys": {"a": Spread(fan_out=0)}}, "a fan_out of more than 0", id="no child"),
        pytest.param({"keys": {"a": Spread(skew=-1)}}, "a skew of at least 0", id="skew"),
        pytest.param({"weights": {"a": {"x": 0}}}, "how often each comes", id="weighs nothing"),
        pytest.param({"weights": {"a": {"x": 2, "y": -1}}}, "how often each comes", id="negative"),
        pytest.param({"weights": {"a": ["x"]}}, "how often each comes", id="no weights"),
        pytest.param({"ranges": {"a": ("1",)}}, "the least and the greatest value", id="one end"),
        pytest.param({"ascending": ["a"]}, "has no range to rise in", id="rises nowhere"),
    ],
)
def test_a_volume_that_no_table_can_have_is_refused(declared, told):
    """
    Before anybody tries to make its rows.
    """
    volumes = {"images": Volume(**{"rows": 1, **declared})}
    workload = Workload(population=Population(counted="images", volumes=volumes))

    with pytest.raises(BadConfiguration, match="the population of images") as raised:
        read_workload(workload, "queries")

    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("workload", "told"),
    [
        (Workload(settings={"random_page_cost": 1.1}), "names and values as text"),
        (Workload(queries=(Query(name="q", statement="x", sizes=1e6),)), "sizes of at least one"),
        (Workload(queries=(Query(name="q", statement="x", sizes=("1e6",)),)), "sizes of at least"),
        (
            Workload(queries=(Query(name="q", statement="x", index="i", condition="a_id"),)),
            "a tuple of columns as its condition; found the text 'a_id'",
        ),
        (
            Workload(population=Population(counted="t", volumes={"t": 7})),
            "the population of t: needs a Volume; found 7",
        ),
    ],
    ids=["settings", "one size", "size as text", "one condition", "no volume"],
)
def test_what_is_of_another_type_is_refused(workload, told):
    """
    Nobody checks the types of a module that a configuration names.
    """
    with pytest.raises(BadConfiguration, match=told):
        read_workload(workload, "queries")


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
