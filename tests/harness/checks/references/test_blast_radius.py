"""references/blast-radius: one history with a tree of tables for each case."""

import pytest

from tests.harness.miniature import miniature

CHECK = "references/blast-radius"

SCHEMA = """
CREATE TABLE slow_tops (id int PRIMARY KEY);
CREATE TABLE slow_middles (
    id int PRIMARY KEY, top_id int NOT NULL REFERENCES slow_tops ON DELETE CASCADE
);
CREATE INDEX ON slow_middles (top_id);
CREATE TABLE slow_leaves (
    id int PRIMARY KEY, middle_id int NOT NULL REFERENCES slow_middles ON DELETE CASCADE
);

CREATE TABLE letting_tops (id int PRIMARY KEY);
CREATE TABLE "Order Items" (
    id int PRIMARY KEY, "select" int REFERENCES letting_tops ON DELETE CASCADE
);
CREATE INDEX ON "Order Items" ("select");
CREATE TABLE letting_leaves (
    id int PRIMARY KEY, item int REFERENCES "Order Items" ON DELETE SET NULL
);

CREATE TABLE fast_tops (id int PRIMARY KEY);
CREATE TABLE fast_middles (
    id int PRIMARY KEY, top_id int NOT NULL REFERENCES fast_tops ON DELETE CASCADE
);
CREATE INDEX ON fast_middles (top_id);
CREATE TABLE fast_leaves (
    id int PRIMARY KEY, middle_id int REFERENCES fast_middles ON DELETE CASCADE
);
CREATE INDEX ON fast_leaves (middle_id);
CREATE TABLE fast_notes (id int PRIMARY KEY, leaf_id int REFERENCES fast_leaves ON DELETE SET NULL);
CREATE INDEX ON fast_notes (leaf_id) WHERE leaf_id IS NOT NULL;

CREATE TABLE shallow_tops (id int PRIMARY KEY);
CREATE TABLE shallow_leaves (
    id int PRIMARY KEY, top_id int REFERENCES shallow_tops ON DELETE CASCADE
);

CREATE TABLE keeping_tops (id int PRIMARY KEY);
CREATE TABLE keeping_middles (
    id int PRIMARY KEY, top_id int REFERENCES keeping_tops ON DELETE CASCADE
);
CREATE INDEX ON keeping_middles (top_id);
CREATE TABLE keeping_leaves (id int PRIMARY KEY, middle_id int REFERENCES keeping_middles);

CREATE TABLE single_tops (id int PRIMARY KEY);
CREATE TABLE single_parts (id int PRIMARY KEY REFERENCES single_tops ON DELETE CASCADE);

CREATE TABLE turning (id int PRIMARY KEY, parent_id int REFERENCES turning ON DELETE CASCADE);
CREATE INDEX ON turning (parent_id);

CREATE TABLE guarded_tops (id int PRIMARY KEY);
CREATE TABLE guarded_leaves (
    id int PRIMARY KEY, top_id int REFERENCES guarded_tops ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'over'))
);
CREATE INDEX ON guarded_leaves (top_id);
CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM guarded_leaves WHERE top_id = OLD.id AND state = 'live') THEN
        RAISE EXCEPTION 'live' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER guard BEFORE DELETE ON guarded_tops FOR EACH ROW EXECUTE FUNCTION guard();
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("trees"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("top", "between", "key"),
    [
        pytest.param("slow_tops", "slow_middles", "slow_leaves.middle_id", id="cascades"),
        pytest.param("letting_tops", "Order Items", "letting_leaves.item", id="lets go"),
    ],
)
def test_a_step_that_is_walked_for_each_row_is_reported(project, top, between, key):
    """
    The violation names the table at the top, the step without an index, and how often it scanned.
    """
    (found,) = project.proof(CHECK, top).violations

    assert found.where == top
    assert f"takes along 2 rows of {between}" in found.found
    assert f"scans {key.partition('.')[0]} 2 times: {key} has no index" in found.found


@pytest.mark.parametrize(
    ("top", "seen"),
    [
        pytest.param(
            "fast_tops",
            "takes along 2 fast_leaves, 2 fast_middles, 2 deep; changes 2 fast_notes; "
            "ROW EXCLUSIVE on 4 tables",
            id="an index at each step",
        ),
        pytest.param(
            "shallow_tops",
            "takes along 2 shallow_leaves, 1 deep; ROW EXCLUSIVE on 2 tables",
            id="one scan for the row itself",
        ),
        pytest.param(
            "single_tops",
            "takes along 1 single_parts, 1 deep; ROW EXCLUSIVE on 2 tables",
            id="one to one",
        ),
        pytest.param(
            "turning",
            "takes along 2 turning, 1 deep; ROW EXCLUSIVE on 1 table",
            id="to the table itself",
        ),
        pytest.param(
            "guarded_tops",
            "takes along 2 guarded_leaves, 1 deep; ROW EXCLUSIVE on 2 tables",
            id="a trigger refuses one state",
        ),
        pytest.param(
            "keeping_tops",
            "nothing goes: refused by constraint keeping_leaves_middle_id_fkey (23503)",
            id="a key below refuses",
        ),
    ],
)
def test_a_delete_that_finds_its_rows_is_silent(project, top, seen):
    """
    The evidence says how far the delete of one row reaches.
    """
    proof = project.proof(CHECK, top)

    assert (proof.status, proof.seen) == ("proved", (seen,))


@pytest.mark.parametrize(
    ("tree", "reads"), [("slow", 40), ("fast", 0)], ids=["no index", "an index at each step"]
)
def test_a_delete_reads_the_table_for_each_row(project, tree, reads):
    """
    The harm is real: forty rows go, and the server scans the table below forty times.
    """
    with project.connection() as connection:
        connection.execute(f"INSERT INTO {tree}_tops VALUES (1)")
        connection.execute(f"INSERT INTO {tree}_middles SELECT n, 1 FROM generate_series(1, 40) n")
        connection.execute(
            f"INSERT INTO {tree}_leaves SELECT n, 1 + n % 40 FROM generate_series(1, 4000) n"
        )
        connection.execute(f"ANALYZE {tree}_tops, {tree}_middles, {tree}_leaves")
        query = f"SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = '{tree}_leaves'"
        with connection.transaction():
            before = connection.execute(query).fetchone()[0]
            connection.execute(f"DELETE FROM {tree}_tops")
            after = connection.execute(query).fetchone()[0]

    assert after - before == reads
