"""What is judged on a live database is the project's: not what others keep beside it."""

import pytest

from schemaproof.live_coverage import not_covered_there
from tests.harness.checks.deploy.looking import at, looked_at
from tests.harness.miniature import miniature, write_revisions

EVENTS = """
CREATE TABLE events (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE notes (id int PRIMARY KEY);
CREATE MATERIALIZED VIEW daily AS SELECT day, count(*) FROM events GROUP BY day;
CREATE FUNCTION queue() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION sent() RETURNS int LANGUAGE sql SECURITY DEFINER
    SET search_path = outbox, pg_temp AS 'SELECT 1'
"""
STEPS = [EVENTS, "DROP MATERIALIZED VIEW daily", "CREATE TABLE totals (day date PRIMARY KEY)"]
# Nothing of these is in the history, and each belongs to what is.
BESIDES = """
CREATE TABLE events_01 PARTITION OF events
FOR VALUES FROM ('2024-01-01') TO ('2024-02-01') PARTITION BY RANGE (day);
CREATE TABLE events_01_a PARTITION OF events_01 FOR VALUES FROM ('2024-01-01') TO ('2024-01-15');
CREATE TABLE old_notes () INHERITS (notes);
ALTER TABLE events ADD number smallserial;
CREATE INDEX by_hand ON events_01_a (id);
CREATE INDEX by_day ON daily (day)
"""
OTHERS = """
CREATE SCHEMA crm;
CREATE TABLE crm.people (id int UNIQUE);
CREATE TABLE crm.calls (person smallint);
CREATE TABLE queue (id smallserial) PARTITION BY RANGE (id);
CREATE TABLE queue_1 PARTITION OF queue FOR VALUES FROM (1) TO (9);
SELECT setval('queue_id_seq', 32000);
CREATE SEQUENCE crm.tickets MAXVALUE 100;
SELECT setval('crm.tickets', 99);
CREATE FUNCTION crm.lent() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
INSERT INTO crm.people SELECT generate_series(1, 40000);
INSERT INTO crm.calls VALUES (-1);
ALTER TABLE crm.calls ADD CHECK (person > 0) NOT VALID,
    ADD FOREIGN KEY (person) REFERENCES crm.people (id) NOT VALID;
GRANT SELECT ON crm.calls TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor GRANT SELECT ON TABLES TO PUBLIC
"""
JUDGING = [
    "data/constraint-broken",
    "data/orphans",
    "health/function-search-path",
    "health/integer-key-headroom",
    "health/missing-primary-key",
    "health/sequence-headroom",
    "health/table-never-analysed",
    "health/wider-privileges",
]


@pytest.fixture(scope="module")
def calendar(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("calendar"), revisions=STEPS))


def named(records):
    return {one.name for one in records}


def test_what_belongs_to_a_table_of_the_history_is_the_projects(calendar):
    """
    Partitions and heirs at any depth, their columns, sequences and indexes are, whoever made them.
    """
    with at(calendar, "r1", BESIDES, OTHERS) as look:
        own = look.live.catalog

    assert named(own.tables) == {
        *("alembic_version", "events", "events_01", "events_01_a", "notes", "old_notes")
    }
    assert named(own.views) == {"daily"}
    assert named(own.sequences) == {"events_number_seq"}
    assert {"by_hand", "by_day"} <= named(own.indexes)
    assert named(own.functions) == {"queue", "sent"}
    assert {one.table.schema for one in own.columns} == {"public"}


def test_what_others_have_is_named_by_schema(calendar):
    """
    Tables by name, five of them at most, and all else by number.
    """
    more = "".join(f'CREATE TABLE "T {n}" ();' for n in range(5))
    with at(calendar, "r1", BESIDES, OTHERS, more) as look:
        assert look.live.catalog
        told = {one.where: one.why for one in not_covered_there(look.live, [])}

    unjudged = "not judged, as no revision of this project makes it: "
    assert told["crm"] == f"{unjudged}tables (2): calls, people; other things: 2"
    assert told["public"] == f'{unjudged}tables (6): "T 0", "T 1", "T 2", "T 3", "T 4", …'


def test_what_another_revision_makes_is_the_projects_too(calendar):
    """
    A table that was made by hand before its revision, or is left after the one that drops it.
    """
    by_hand = "CREATE TABLE totals (day date); CREATE MATERIALIZED VIEW daily AS SELECT 1 AS day"
    with at(calendar, "r2", by_hand) as look:
        assert [*look.found("health/missing-primary-key")] == ["totals"]
        assert named(look.live.catalog.views) == {"daily"}


@pytest.mark.parametrize("check", JUDGING)
def test_what_is_of_others_is_not_judged(calendar, check):
    """
    Neither what the catalogue, nor what the counters, nor what the rows tell of it is a violation.
    """
    with at(calendar, "r3", OTHERS) as look:
        proof = look.proof(check)

    assert (proof.violations, proof.skipped) == ((), None)


@pytest.mark.parametrize("check", JUDGING)
@pytest.mark.parametrize("how", ["a revision fails", "env.py fails"])
def test_where_the_history_cannot_be_run_all_is_judged(tmp_path, bench, check, how):
    """
    As long as nobody knows what is whose, nothing is passed over.
    """
    root = miniature(tmp_path, revisions=["CREATE TABLE t (id int PRIMARY KEY)", "SELECT 1"])
    broken = bench(root)
    with broken.databases.clone() as database:
        broken.subject.history.upgrade(database, "r1")
        if how == "env.py fails":
            (root / "migrations" / "env.py").write_text("raise RuntimeError")
        else:
            write_revisions(root / "migrations" / "versions", ["SELECT 1 FROM nowhere"])
        with database.connect(autocommit=True) as connection:
            connection.execute(OTHERS)
        with looked_at(bench(root), database) as look:
            assert look.found(check)


def test_a_sequence_that_numbers_a_table_of_the_project_counts(calendar):
    """
    Whoever made it, and whether or not the column owns it.
    """
    numbering = """
    CREATE SEQUENCE ids AS smallint;
    ALTER TABLE notes ALTER id SET DEFAULT nextval('ids');
    SELECT setval('ids', 32000)
    """
    with at(calendar, "r1", numbering) as look:
        assert [*look.found("health/sequence-headroom")] == ["ids"]


def test_a_schema_in_which_a_function_of_the_project_looks_counts(calendar):
    """
    Who may create there puts a table before the function's own, whosever schema it is.
    """
    with at(
        calendar, "r1", "CREATE SCHEMA outbox; GRANT CREATE ON SCHEMA outbox TO PUBLIC"
    ) as look:
        (found,) = look.found("health/function-search-path").values()

    assert "looks in outbox, where everybody may create" in found


def test_a_default_privilege_of_who_owns_the_tables_counts(calendar):
    """
    His next table is open to everybody.
    """
    opened = "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC"
    with at(calendar, "r1", opened) as look:
        assert len(look.found("health/wider-privileges")) == 1
