"""indexes/invalid-index: one history that leaves indexes behind which nobody may use."""

import pytest

from tests.harness.miniature import miniature

CHECK = "indexes/invalid-index"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE t (a int, b int);
CREATE INDEX t_sound ON t (a);
CREATE UNIQUE INDEX t_torn ON t (b);
CREATE INDEX "{LONG}" ON t (a, b);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_torn'::regclass;
UPDATE pg_index SET indisvalid = false, indisready = false
 WHERE indexrelid = '"{LONG}"'::regclass;
CREATE TABLE "Events" (at date) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF "Events" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX events_at ON ONLY "Events" (at);
CREATE TABLE whole (at date) PARTITION BY RANGE (at);
CREATE TABLE whole_2024 PARTITION OF whole FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX whole_at ON whole (at);
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("indexes"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("index", "found", "fix"),
    [
        ("t_torn", "queries may not use it", "REINDEX INDEX CONCURRENTLY t_torn"),
        (
            LONG,
            "may not use it, and writes do not maintain it",
            f"REINDEX INDEX CONCURRENTLY {LONG}",
        ),
        ("events_at", "not every partition has its part of it", "Create it on each partition"),
    ],
)
def test_an_index_that_nobody_may_use_is_reported(project, index, found, fix):
    """
    Not valid, not even ready, or without the part of a partition.
    """
    (violation,) = project.proof(CHECK, index).violations

    assert violation.where == index
    assert found in violation.found
    assert violation.fix.startswith(fix)


@pytest.mark.parametrize("index", ["t_sound", "whole_at"])
def test_a_sound_index_is_silent(project, index):
    """
    Also one of a partitioned table, of which each partition has its part.
    """
    assert project.proof(CHECK, index).status == "proved"


def test_the_index_that_a_failed_build_leaves_behind_is_reported(tmp_path, bench):
    """
    CONCURRENTLY meets a duplicate, the migration goes on, and the next attempt is passed over.
    """
    build = """python:
    with op.get_context().autocommit_block():
        op.execute("CREATE TABLE t (a int)")
        op.execute("INSERT INTO t VALUES (1), (1)")
        try:
            op.execute("CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)")
        except Exception:
            pass
        op.execute("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a)")
    """
    project = bench(miniature(tmp_path, revisions=[build]))

    (violation,) = project.proof(CHECK, "t_a").violations

    assert violation.found == "queries may not use it, and writes do not maintain it"


def test_a_waiver_silences_it(tmp_path, bench):
    """
    A violation is waived by the name of the index.
    """
    project = bench(miniature(tmp_path, revisions=[SCHEMA], waivers=[(CHECK, "t_torn")]))

    assert project.proof(CHECK, "t_torn").status == "waived"


def test_the_planner_passes_it_over(project):
    """
    The harm is real: with nothing else allowed the table is read from end to end.
    """
    with project.connection() as connection:
        connection.execute("SET enable_seqscan = off")
        plans = [
            str(connection.execute(f"EXPLAIN SELECT * FROM t WHERE {column} = 1").fetchall())
            for column in ("a", "b")
        ]

    assert ["Seq Scan" in plan for plan in plans] == [False, True]
