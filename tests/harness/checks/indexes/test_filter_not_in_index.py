"""indexes/filter-not-in-index: one schema at two sizes, and queries that throw rows away."""

import re

import pytest

from tests.harness.miniature import miniature

CHECK = "indexes/filter-not-in-index"

SCHEMA = """
CREATE TABLE tenants (id bigint PRIMARY KEY);
CREATE TABLE logs (
    id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants, "State" text NOT NULL,
    size int NOT NULL, note text NOT NULL
);
CREATE INDEX logs_tenant ON logs (tenant_id);
CREATE INDEX logs_tenant_size ON logs (tenant_id, size);
CREATE INDEX logs_lost ON logs (id) WHERE "State" = 'lost';
CREATE TABLE lines (id bigint PRIMARY KEY, log_id bigint NOT NULL REFERENCES logs, kind text);
CREATE INDEX lines_log ON lines (log_id);
CREATE TABLE days (id bigint PRIMARY KEY, on_day timestamptz NOT NULL, kind text NOT NULL);
CREATE INDEX days_on ON days (on_day);
"""

QUERIES = """
def q(name, statement, **promised):
    return Query(name=name, statement=statement, **{"sizes": (1e4, 1e8), **promised})

QUERIES = Workload(
    population=Population(
        counted="logs",
        volumes={
            "tenants": Volume(rows=1_000),
            "logs": Volume(
                rows=1_000_000,
                keys={"tenant_id": Spread()},
                weights={"State": {"done": 0.989, "failed": 0.01, "lost": 0.001}},
                ranges={"size": ("1", "1000000")},
                varied={"note"},
            ),
            "lines": Volume(
                rows=2_000_000,
                keys={"log_id": Spread(fan_out=200, is_clustered=True)},
                weights={"kind": {"a": 0.99, "b": 0.01}},
            ),
            "days": Volume(
                rows=1_000_000,
                weights={"kind": {"a": 0.999, "b": 0.001}},
                ranges={"on_day": ("2024-01-01", "2026-01-01")},
                ascending={"on_day"},
            ),
        },
    ),
    queries=[
        q("a tenant's failed", 'SELECT * FROM logs "L" WHERE tenant_id = 7 AND "State" = :s',
          parameters={"s": "failed"}),
        q("of a day", "SELECT * FROM days WHERE kind = 'b' "
          "AND on_day BETWEEN '2025-01-07' AND '2025-01-08'"),
        q("in the index", "SELECT * FROM logs WHERE tenant_id = 7 AND size < 1000"),
        q("little is thrown away",
          "SELECT * FROM logs WHERE tenant_id = 7 AND \\"State\\" = 'done'"),
        q("few to a key", "SELECT * FROM logs WHERE id = 7 AND note = 'x'"),
        q("a log's b", "SELECT * FROM lines WHERE log_id = 700 AND kind = 'b'"),
        q("soon enough",
          "SELECT * FROM logs WHERE tenant_id = 7 AND \\"State\\" = 'failed' LIMIT 3"),
        q("of the index alone", "SELECT size FROM logs WHERE tenant_id = 7 AND size % 100 = 0"),
        q("of a partial index", "SELECT * FROM logs WHERE \\"State\\" = 'lost' AND note = 'x'"),
        q("refused", "SELECT colour FROM logs"),
    ],
)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    folder = tmp_path_factory.mktemp("queries")
    return bench_for_module(miniature(folder, revisions=[SCHEMA], queries=QUERIES))


@pytest.mark.parametrize(
    ("query", "found", "fix"),
    [
        (
            "a tenant's failed",
            r"logs_tenant finds 9\d,\d{3} rows of logs, and \d{3} are left after \(\"State\" =",
            "Add State to the keys of logs_tenant",
        ),
        (
            "of a partial index",
            r"logs_lost finds \d{2,3},\d{3} rows of logs, and \d+ are left after \(note = 'x'",
            "Add note to the keys of logs_lost",
        ),
        (
            "of a day",
            r"days_on finds 13\d,\d{3} rows of days, and \d+ are left after \(kind = 'b'::text\)",
            "Add kind to the keys of days_on",
        ),
    ],
)
def test_rows_that_are_fetched_for_nothing_are_reported(project, query, found, fix):
    """
    The violation tells the size, how many rows the index finds, and how many are left.
    """
    (violation,) = project.proof(CHECK, query).violations

    assert violation.where == query
    assert re.search(f"at 10\\^8 rows of logs {found}", violation.found)
    assert violation.fix.startswith(fix)


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("in the index", "at 10^4 rows of logs 1 of 1 rows are left"),
        ("little is thrown away", "rows are left"),
        ("few to a key", "at 10^8 rows of logs 1 of 1 rows are left"),
        ("soon enough", "at 10^8 rows of logs 3 of"),
        ("of the index alone", "throws away no row that an index has found"),
    ],
)
def test_near_misses_are_silent(project, query, seen):
    """
    The column is in the index, most rows are wanted, there are few, or the table is not touched.
    """
    proof = project.proof(CHECK, query)

    assert proof.status == "proved"
    assert seen in proof.seen[0]


def test_what_hangs_from_one_parent_is_counted_as_declared(project):
    """
    The planner takes clustered keys for fewer than there are; the evidence says how to tell it.
    """
    (seen,) = project.proof(CHECK, "a log's b").seen

    assert "2 of 200 rows (that many hang from one log_id; the planner expects" in seen
    assert "SET (n_distinct = -0.005) tells it) are left" in seen


def test_a_query_that_is_refused_is_another_checks_matter(project):
    """
    One check says so, and this one that it cannot say more.
    """
    assert project.proof(CHECK, "refused").status == "skipped"


def test_the_rows_are_fetched_and_thrown_away(project):
    """
    The harm is real: with the column in the index a run touches a third of the blocks.
    """
    statement = "SELECT * FROM logs WHERE tenant_id = 1 AND \"State\" = 'failed'"
    with project.connection() as connection:
        connection.execute("INSERT INTO tenants VALUES (0), (1), (2), (3), (4), (5), (6), (7)")
        connection.execute(
            "INSERT INTO logs SELECT n, n % 8, CASE n % 1000 WHEN 1 THEN 'failed' ELSE 'done' END,"
            " n, n FROM generate_series(1, 50000) n"
        )
        touched = []
        for index in ("", 'CREATE INDEX better ON logs (tenant_id, "State")'):
            connection.execute(index or "SELECT")
            connection.execute("ANALYZE logs")
            plan = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
            found = connection.execute(plan).fetchone()[0][0]["Plan"]
            touched.append(found["Shared Hit Blocks"] + found["Shared Read Blocks"])

    assert touched[1] < touched[0] / 3
