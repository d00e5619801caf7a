"""Planning: every statement is planned once at each size, whoever asks, and how often."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError

from schemaproof.configuration import BadConfiguration
from schemaproof.rows import Population, Volume
from schemaproof.scaling import NoSample, Planning
from schemaproof.workload import Query, Workload
from tests.harness.miniature import miniature

SCHEMA = """
CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, b timestamptz, c timestamptz);
CREATE INDEX t_a ON t (a);
"""
SIZES = (1e3, 1e6)
BY_A = Query(name="by a", statement="SELECT * FROM t WHERE a = :a", parameters={"a": 7})
RANGES = dict.fromkeys("bc", ("2024-01-01", "2026-01-01"))


@pytest.fixture
def planning(tmp_path, bench):
    """What makes a planning of a workload, on a project of one table."""
    subject = bench(miniature(tmp_path, revisions=[SCHEMA])).subject

    def make(**workload):
        queries = (replace(BY_A, sizes=SIZES),)
        return Planning(
            subject.migrated,
            subject.databases,
            subject.catalog,
            subject.shapes,
            Workload(queries=queries, **workload),
        )

    return make


def test_the_same_is_asked_once(planning):
    """
    Several checks ask for the same plan, and it is a millisecond each time.
    """
    own = planning()

    assert own.explained(BY_A, 1e3) is own.explained(BY_A, 1e3)
    assert own.explained(BY_A, 1e3) is not own.explained(BY_A, 1e3, is_generic=True)


def test_several_may_ask_at_once(planning):
    """
    Claims are proved in threads: each size is posed once, and all get the same.
    """
    own = planning()
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda rows: own.explained(BY_A, rows).plan.shape, SIZES * 8)]

    assert found == ["Index Scan on t by t_a"] * 16
    assert {*own._desks._made} == {*SIZES}


def test_indexes_and_settings_are_otherwise_for_one_question_alone(planning):
    """
    What was hidden or forbidden is there again for who asks next.
    """
    own = planning()
    asked = [{}, {"without": ("t_a",)}, {"settings": {"enable_indexscan": "off"}}, {}]

    found = [own.explained(replace(BY_A), 1e6, **each).plan.shape for each in asked]

    assert found == [
        "Index Scan on t by t_a",
        "Gather (Seq Scan on t)",
        "Bitmap Heap Scan on t (Bitmap Index Scan by t_a)",
        "Index Scan on t by t_a",
    ]


def test_a_statement_that_is_refused_leaves_the_others_alone(planning):
    """
    The transaction that all are planned in is begun anew, with its settings.
    """
    own = planning(settings={"enable_indexscan": "off"})
    with pytest.raises(DBAPIError, match="colour"):
        own.explained(replace(BY_A, statement="SELECT colour FROM t"), 1e6)

    explanation = own.explained(BY_A, 1e6)

    assert explanation.plan.shape == "Bitmap Heap Scan on t (Bitmap Index Scan by t_a)"
    assert explanation.settings["enable_indexscan"] == "off"


def test_what_was_prepared_and_run_is_planned_as_the_server_then_would(planning):
    """
    As cheap for any value, and planned once and for all.
    """
    assert "$1" in planning().repeated(BY_A, 1e6).text


def test_a_size_that_cannot_be_had_is_tried_once(planning):
    """
    Everybody who asks is told the same, at once.
    """
    volume = Volume(rows=1000, ranges={"a": ("x", "y")})
    own = planning(population=Population(counted="t", volumes={"t": volume}))

    told = []
    for _ in range(2):
        with pytest.raises(NoSample) as raised:
            own.explained(BY_A, 1e3)
        told.append(raised.value)

    assert [str(each) for each in told] == [str(told[0])] * 2
    assert [*own._desks._made] == [1e3]


@pytest.mark.parametrize("settings", [{"no_such": "1"}, {"work_mem": "lots"}])
def test_settings_that_the_server_does_not_know_are_refused(planning, settings):
    """
    Every time, in its own words.
    """
    own = planning(settings=settings)
    for _ in range(2):
        with pytest.raises(BadConfiguration, match=r"the server says: .*(no_such|work_mem)"):
            own.explained(BY_A, 1e3)


def test_a_population_of_something_else_is_refused(planning):
    """
    All that is not there is told at once, with what may be meant.
    """
    volumes = {
        "t": Volume(rows=10, ranges={"aa": ("1", "2")}, varied={"nothing"}),
        "s.tt": Volume(rows=10),
    }

    with pytest.raises(BadConfiguration) as raised:
        planning(population=Population(counted="t", volumes=volumes))

    assert str(raised.value) == (
        "the population of the queries: t has no column aa (is a meant?); t has no column nothing; "
        "there is no table s.tt"
    )


@pytest.mark.parametrize("ascending", [("b", "c"), ("c", "b"), {"b", "c"}])
def test_statistics_are_found_again_whatever_order_a_set_has(
    planning, tmp_path, monkeypatch, ascending
):
    """
    A process may write a set in another order than the one that made the statistics.
    """
    monkeypatch.setenv("SCHEMAPROOF_CACHE_DIR", str(tmp_path / "cache"))
    for each in (ascending, ["b", "c"]):
        volume = Volume(rows=1000, ranges=RANGES, ascending=each)
        planning(population=Population(counted="t", volumes={"t": volume})).statistics(1e3)

    assert len([*(tmp_path / "cache").rglob("statistics/*.json")]) == 1
