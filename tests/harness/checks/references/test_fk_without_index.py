"""references/fk-without-index: one history with a table for each case, looked at case by case."""

import pytest

from tests.harness.miniature import miniature

CHECK = "references/fk-without-index"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b));

CREATE TABLE bare (parent_id int REFERENCES parents);
CREATE TABLE second (parent_id int REFERENCES parents, x int);
CREATE INDEX second_x ON second (x, parent_id);
CREATE TABLE half (parent_id int REFERENCES parents, x int);
CREATE INDEX half_parent ON half (parent_id) WHERE x > 0;
CREATE TABLE nothing (parent_id int REFERENCES parents);
CREATE INDEX nothing_parent ON nothing (parent_id) WHERE parent_id IS NULL;
CREATE TABLE torn (parent_id int REFERENCES parents);
CREATE INDEX torn_parent ON torn (parent_id);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'torn_parent'::regclass;
CREATE TABLE blocks (parent_id int REFERENCES parents);
CREATE INDEX blocks_parent ON blocks USING brin (parent_id);
CREATE TABLE expression (parent_id int REFERENCES parents);
CREATE INDEX expression_parent ON expression ((parent_id + 0));
CREATE TABLE carried (parent_id int REFERENCES parents, x int);
CREATE INDEX carried_x ON carried (x) INCLUDE (parent_id);
CREATE TABLE one_of_two (a int, b int, FOREIGN KEY (a, b) REFERENCES pairs);
CREATE INDEX one_of_two_a ON one_of_two (a);
CREATE TABLE apart (a int, b int, x int, FOREIGN KEY (a, b) REFERENCES pairs);
CREATE INDEX apart_axb ON apart (a, x, b);
CREATE TABLE "Order Items" ("select" int REFERENCES parents);
CREATE TABLE "{LONG}" ("{LONG}" int REFERENCES parents);

CREATE TABLE exact (parent_id int REFERENCES parents);
CREATE INDEX exact_i ON exact (parent_id);
CREATE TABLE prefix (parent_id int REFERENCES parents, x int);
CREATE INDEX prefix_i ON prefix (parent_id DESC, x);
CREATE TABLE uniquely (parent_id int UNIQUE REFERENCES parents);
CREATE TABLE primarily (parent_id int REFERENCES parents, x int, PRIMARY KEY (parent_id, x));
CREATE TABLE hashed (parent_id int REFERENCES parents);
CREATE INDEX hashed_i ON hashed USING hash (parent_id);
CREATE TABLE present (parent_id int REFERENCES parents);
CREATE INDEX present_i ON present (parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE "Present" ("Parent Id" int REFERENCES parents);
CREATE INDEX "Present_i" ON "Present" ("Parent Id") WHERE "Parent Id" IS NOT NULL;
CREATE TABLE turned (a int, b int, FOREIGN KEY (a, b) REFERENCES pairs);
CREATE INDEX turned_i ON turned (b, a);
CREATE TABLE longer (a int, b int, x int, FOREIGN KEY (a, b) REFERENCES pairs);
CREATE INDEX longer_i ON longer (b, a, x);
CREATE SCHEMA shop;
CREATE TABLE shop.lines (parent_id int REFERENCES parents);
CREATE INDEX lines_i ON shop.lines (parent_id);
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("keys"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("bare.parent_id", id="no index"),
        pytest.param("second.parent_id", id="second column"),
        pytest.param("half.parent_id", id="partial"),
        pytest.param("nothing.parent_id", id="partial on IS NULL"),
        pytest.param("torn.parent_id", id="invalid"),
        pytest.param("blocks.parent_id", id="brin"),
        pytest.param("expression.parent_id", id="expression"),
        pytest.param("carried.parent_id", id="INCLUDE"),
        pytest.param("one_of_two.(a, b)", id="one column of two"),
        pytest.param("apart.(a, b)", id="another column between"),
        pytest.param("Order Items.select", id="exotic name"),
        pytest.param(f"{LONG}.{LONG}", id="63 bytes"),
    ],
)
def test_an_unserved_key_is_reported(project, key):
    """
    A key whose columns no whole and valid index leads with is reported.
    """
    (found,) = project.proof(CHECK, key).violations

    assert found.where == key
    assert "leads with" in found.found


@pytest.mark.parametrize(
    ("key", "index"),
    [
        pytest.param("exact.parent_id", "exact_i", id="exact"),
        pytest.param("prefix.parent_id", "prefix_i", id="leads, descending"),
        pytest.param("uniquely.parent_id", "uniquely_parent_id_key", id="unique constraint"),
        pytest.param("primarily.parent_id", "primarily_pkey", id="primary key"),
        pytest.param("hashed.parent_id", "hashed_i", id="hash"),
        pytest.param("present.parent_id", "present_i", id="all but NULLs"),
        pytest.param("Present.Parent Id", "Present_i", id="all but NULLs, quoted"),
        pytest.param("turned.(a, b)", "turned_i", id="the other order"),
        pytest.param("longer.(a, b)", "longer_i", id="the other order, leading"),
        pytest.param("shop.lines.parent_id", "lines_i", id="another schema"),
    ],
)
def test_a_served_key_is_silent(project, key, index):
    """
    The evidence names the index that serves the key.
    """
    proof = project.proof(CHECK, key)

    assert (proof.status, proof.seen) == ("proved", (f"served by {index}",))


@pytest.mark.parametrize(
    ("table", "reads_all"),
    [
        pytest.param("bare", True, id="no index"),
        pytest.param("half", True, id="partial"),
        pytest.param("exact", False, id="served"),
        pytest.param("present", False, id="all but NULLs"),
    ],
)
def test_deleting_a_parent_scans_the_child(project, table, reads_all):
    """
    The harm is real: the server's own counters show the scan of the whole child table.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO parents SELECT generate_series(1, 2000)")
        connection.execute(f"INSERT INTO {table} SELECT id FROM parents WHERE id > 1")
        connection.execute(f"ANALYZE parents, {table}")
        query = f"SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = '{table}'"
        with connection.transaction():
            before = connection.execute(query).fetchone()[0]
            connection.execute("DELETE FROM parents WHERE id = 1")
            after = connection.execute(query).fetchone()[0]

    assert (after > before) is reads_all
