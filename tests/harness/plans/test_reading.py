"""readings: how much of what a node could yield is asked of it, against what really is."""

import pytest
from sqlalchemy import create_engine

from schemaproof.plans import explained, readings
from schemaproof.postgres import Databases, new_prefix

# Evenly spread, so that the planner is right and what it expects is what happens.
SCHEMA = """
CREATE TABLE t (id bigint PRIMARY KEY, a int, b int);
CREATE TABLE few (id bigint PRIMARY KEY);
INSERT INTO t SELECT n, n * 7919 % 1000, n * 7 % 500 FROM generate_series(1, 50000) n;
INSERT INTO few SELECT n FROM generate_series(1, 500) n;
CREATE INDEX t_b ON t (b);
"""


@pytest.fixture(scope="module")
def connection(schema_server):
    """A connection to a database with two full tables."""
    databases = Databases(schema_server, prefix=new_prefix())
    with databases.clone() as database:
        with database.connect(autocommit=True) as connection:
            connection.execute(SCHEMA)
            # All rows are looked at, so that two runs know the same.
            connection.execute("SET default_statistics_target = 1000")
            connection.execute("VACUUM ANALYZE t, few")
        engine = create_engine(database.url)
        with engine.connect() as connection:
            connection.exec_driver_sql("SET max_parallel_workers_per_gather = 0")
            yield connection
        engine.dispose()
    databases.close()


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("SELECT * FROM t", id="all"),
        pytest.param("SELECT * FROM t LIMIT 50", id="a page"),
        pytest.param("SELECT * FROM t LIMIT 50 OFFSET 20000", id="a page far on"),
        pytest.param("SELECT * FROM t WHERE a < 100 LIMIT 300", id="a page of some"),
        pytest.param("SELECT * FROM t ORDER BY a LIMIT 5", id="a sort"),
        pytest.param("SELECT * FROM t ORDER BY id LIMIT 5000", id="an order"),
        pytest.param("SELECT count(*) FROM t WHERE a = 3", id="a count"),
        pytest.param("SELECT EXISTS (SELECT FROM t WHERE a < 10)", id="whether any"),
        pytest.param("SELECT (SELECT sum(a) FROM t)", id="a sum"),
        pytest.param("SELECT * FROM t JOIN few ON b = few.id ORDER BY t.id LIMIT 9", id="a join"),
        pytest.param("SELECT * FROM few JOIN t ON t.b = few.id LIMIT 900", id="a loop"),
        pytest.param("SELECT max(id) FROM t", id="the last"),
    ],
)
def test_what_is_asked_of_a_scan_is_what_it_yields(connection, statement):
    """
    The planner's expectation is met by a run, up to a third.
    """
    expected = [
        each.node.rows * each.share
        for each in readings(explained(connection, statement).plan)
        if each.node.relation and each.node.role != "Inner"
    ]
    run = explained(connection, statement, is_run=True).plan
    yielded = [node.actual_rows for node in run.walk() if node.relation and node.role != "Inner"]

    assert expected == pytest.approx(yielded, rel=0.35, abs=3)


def test_of_what_two_sides_cost_one_may_be_given_too_much(connection):
    """
    How a join's cost is shared out nobody says: the share is what it is at most, and never less.
    """
    statement = "SELECT * FROM t JOIN few USING (id) LIMIT 9"
    plan = explained(connection, statement).plan
    (scan,) = [each for each in readings(plan) if each.node.relation == "t"]
    run = explained(connection, statement, is_run=True).plan
    (yielded,) = [node.actual_rows for node in run.walk() if node.relation == "t"]

    assert yielded <= scan.node.rows * scan.share <= 5 * yielded
