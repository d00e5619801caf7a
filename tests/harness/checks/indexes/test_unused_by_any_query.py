"""indexes/unused-by-any-query: one schema with an index for each reason to stay, or none."""

import pytest

from tests.harness.miniature import miniature

CHECK = "indexes/unused-by-any-query"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE parents (id bigint PRIMARY KEY);
CREATE TABLE t (
    id bigint PRIMARY KEY, a int NOT NULL, b int NOT NULL, c int NOT NULL UNIQUE, d text NOT NULL,
    parent_id bigint NOT NULL REFERENCES parents, other_id bigint NOT NULL REFERENCES parents,
    "{LONG}" int NOT NULL
);
CREATE INDEX t_a ON t (a);
CREATE INDEX t_b ON t (b);
CREATE INDEX t_d ON t (d);
CREATE UNIQUE INDEX t_ba ON t (b, a);
CREATE INDEX t_parent ON t (parent_id);
CREATE INDEX t_other ON t (other_id);
CREATE INDEX t_other_d ON t (other_id, d);
CREATE INDEX "{LONG}" ON t ("{LONG}");
"""

QUERIES = """
QUERIES = [
    Query(name="by a", statement="SELECT * FROM t WHERE a = 7", index="t_a", condition=("a",)),
    Query(name="of an other", statement="SELECT * FROM t WHERE other_id = 7 AND d > 'm'"),
    Query(name="any b", statement=text("SELECT * FROM t WHERE d = :d").bindparams(d=None)),
    Query(name="refused", statement="SELECT colour FROM t"),
]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    folder = tmp_path_factory.mktemp("queries")
    return bench_for_module(miniature(folder, revisions=[SCHEMA], queries=QUERIES))


def test_an_index_that_a_query_is_planned_with_is_used(project):
    """
    The evidence names the query.
    """
    assert project.proof(CHECK, "t_a").seen == ("chosen for by a",)


def test_an_index_of_a_plan_for_any_values_is_used(project):
    """
    With the value that it is sent with the query finds nothing, and reads nothing.
    """
    assert project.proof(CHECK, "t_d").seen == ("chosen for any b",)


@pytest.mark.parametrize("index", ["t_b", LONG])
def test_an_index_that_no_query_is_planned_with_is_reported(project, index):
    """
    Neither for the values that queries are sent with, nor for any, at any size.
    """
    (found,) = project.proof(CHECK, index).violations

    assert found.where == index
    assert found.found.startswith("none of 3 registered queries is planned with it")


def test_the_only_index_of_a_foreign_key_is_needed(project):
    """
    Nobody registers what a cascade looks up, and without the index it reads the whole table.
    """
    assert project.proof(CHECK, "t_parent").seen == (
        "no query is planned with it, but t.parent_id has nothing better",
    )


def test_an_index_of_a_foreign_key_that_another_serves_is_reported(project):
    """
    The other one is chosen for a query, and so stays and serves the key too.
    """
    assert [found.where for found in project.proof(CHECK, "t_other").violations] == ["t_other"]
    assert project.proof(CHECK, "t_other_d").seen == ("chosen for of an other",)


def test_what_enforces_something_is_not_asked(project):
    """
    Primary keys, unique constraints and unique indexes need no query.
    """
    claims = project.proofs(CHECK)

    assert {"t_pkey", "t_c_key", "t_ba", "parents_pkey"}.isdisjoint(claims)
    assert {"t_a", "t_b"} <= claims.keys()


def test_without_queries_nothing_is_said(tmp_path, bench):
    """
    A project that registers none would hear that all its indexes are useless.
    """
    assert bench(miniature(tmp_path, revisions=[SCHEMA])).proofs(CHECK) == {}


def test_a_waiver_silences_it(tmp_path, bench):
    """
    An index that is wanted is waived by name.
    """
    project = bench(
        miniature(tmp_path, revisions=[SCHEMA], queries=QUERIES, waivers=[(CHECK, "t_b")])
    )

    assert project.proof(CHECK, "t_b").status == "waived"


def test_an_unused_index_costs_every_write(project):
    """
    The harm is real: the server writes each index's entry to the log.
    """
    insert = (
        "INSERT INTO t SELECT n, n, n, n, n, 1, 1, n FROM generate_series({first}, {first} + 999) n"
    )
    with project.connection() as connection:
        connection.execute("INSERT INTO parents VALUES (1)")
        written = []
        for first in (1, 2001):
            plan = f"EXPLAIN (ANALYZE, WAL, FORMAT JSON) {insert.format(first=first)}"
            found = connection.execute(plan).fetchone()[0][0]["Plan"]
            written.append(found["WAL Records"])
            connection.execute("DROP INDEX IF EXISTS t_b")

    assert written[1] <= written[0] - 900
