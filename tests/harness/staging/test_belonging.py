"""What is judged on a live database is the project's: not what others keep beside it."""

from contextlib import contextmanager

import pytest

from tests.harness.checks.deploy.looking import looked_at
from tests.harness.miniature import miniature

EVENTS = """
CREATE TABLE events (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE MATERIALIZED VIEW daily AS SELECT day, count(*) FROM events GROUP BY day
"""
STEPS = [EVENTS, "DROP MATERIALIZED VIEW daily", "CREATE TABLE totals (day date PRIMARY KEY)"]
# A job's, a column's own sequence and an index on it: nothing of these is in the history.
MONTHLY = """
CREATE TABLE events_01 PARTITION OF events
FOR VALUES FROM ('2024-01-01') TO ('2024-02-01') PARTITION BY RANGE (day);
CREATE TABLE events_01_a PARTITION OF events_01 FOR VALUES FROM ('2024-01-01') TO ('2024-01-15');
ALTER TABLE events ADD number smallserial;
CREATE INDEX by_hand ON events_01_a (id)
"""
OTHERS = """
CREATE SCHEMA crm;
CREATE TABLE crm.people (id int);
CREATE TABLE crm.calls (person smallint);
CREATE TABLE queue (id smallserial) PARTITION BY RANGE (id);
CREATE TABLE queue_1 PARTITION OF queue FOR VALUES FROM (1) TO (9);
SELECT setval('queue_id_seq', 32000);
CREATE SEQUENCE crm.tickets MAXVALUE 100;
SELECT setval('crm.tickets', 99);
CREATE FUNCTION crm.lent() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION crm.lent() TO PUBLIC;
INSERT INTO crm.people SELECT generate_series(1, 2000)
"""
JUDGING = [
    "health/missing-primary-key",
    "health/function-search-path",
    "health/integer-key-headroom",
    "health/sequence-headroom",
    "health/table-never-analysed",
]


@pytest.fixture(scope="module")
def calendar(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("calendar"), revisions=STEPS))


@contextmanager
def at(bench, stamp, *statements):
    """Lend a look at a database at a revision, after what others did to it."""
    with bench.databases.clone() as database:
        bench.subject.history.upgrade(database, stamp)
        with database.connect(autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        with looked_at(bench, database) as look:
            yield look


def named(records):
    return {one.name for one in records}


def test_what_belongs_to_a_table_of_the_history_is_the_projects(calendar):
    """
    At any depth, and whoever made it.
    """
    with at(calendar, "r1", MONTHLY, OTHERS) as look:
        own = look.live.catalog

    assert named(own.tables) == {"alembic_version", "events", "events_01", "events_01_a"}
    assert named(own.views) == {"daily"}
    assert named(own.sequences) == {"events_number_seq"}
    assert "by_hand" in named(own.indexes)
    assert {one.table.schema for one in own.columns} == {"public"}


def test_what_a_later_revision_makes_is_the_projects_already(calendar):
    """
    Made by hand beforehand, it meets that revision.
    """
    with at(calendar, "r2", "CREATE TABLE totals (day date)") as look:
        assert [*look.found("health/missing-primary-key")] == ["totals"]


@pytest.mark.parametrize("check", JUDGING)
def test_what_is_of_others_is_not_judged(calendar, check):
    """
    Not by what the catalogue tells, and not by what the server has counted.
    """
    with at(calendar, "r3", OTHERS) as look:
        proof = look.proof(check)

    assert (proof.violations, proof.skipped) == ((), None)


@pytest.mark.parametrize("check", JUDGING)
def test_where_the_history_cannot_be_run_all_is_judged(tmp_path, bench, check):
    """
    Nobody knows what is whose.
    """
    broken = bench(
        miniature(tmp_path, revisions=["CREATE TABLE t (id int PRIMARY KEY)", "nonsense"])
    )
    with at(broken, "r1", OTHERS) as look:
        assert look.found(check)
