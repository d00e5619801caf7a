"""indexes/sort-at-scale: one schema at two sizes, and queries that keep a part of a sort."""

import pytest

from tests.harness.miniature import miniature

CHECK = "indexes/sort-at-scale"

SCHEMA = """
CREATE TABLE tenants (id bigint PRIMARY KEY, "Full Name" text NOT NULL);
CREATE TABLE logs (
    id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants, state text NOT NULL,
    "timestamp" timestamptz NOT NULL, size int NOT NULL
);
CREATE INDEX logs_tenant_state ON logs (tenant_id, state);
CREATE INDEX logs_state_size ON logs (state, size);
CREATE TABLE lines (id bigint PRIMARY KEY, log_id bigint NOT NULL REFERENCES logs, note text);
CREATE INDEX lines_log ON lines (log_id);
"""

QUERIES = """
def q(name, statement, **promised):
    return Query(name=name, statement=statement, **{"sizes": (1e4, 1e8), **promised})

QUERIES = Workload(
    population=Population(
        counted="logs",
        volumes={
            "tenants": Volume(rows=1_000, varied={"Full Name"}),
            "logs": Volume(
                rows=1_000_000,
                keys={"tenant_id": Spread()},
                weights={"state": {"open": 0.5, "shut": 0.5}},
                ranges={"timestamp": ("2024-01-01", "2026-01-01"), "size": ("1", "1000000")},
                ascending={"timestamp"},
            ),
            "lines": Volume(
                rows=2_000_000, keys={"log_id": Spread(fan_out=200, is_clustered=True)}
            ),
        },
    ),
    queries=[
        q("newest", 'SELECT * FROM logs ORDER BY "timestamp" DESC LIMIT 50'),
        q("a tenant's newest",
          'SELECT * FROM logs AS "L" WHERE "L".tenant_id = 7 ORDER BY "L"."timestamp" LIMIT 50',
          index="logs_tenant_state", condition=("tenant_id",)),
        q("of a join", "SELECT l.* FROM logs l JOIN tenants t ON t.id = tenant_id "
          'WHERE "Full Name" > \\'x\\' ORDER BY l.size, l.id LIMIT 5'),
        q("in order", "SELECT * FROM logs ORDER BY id LIMIT 50"),
        q("in order within", "SELECT * FROM logs WHERE state = 'open' ORDER BY size LIMIT 50"),
        q("of a group", "SELECT state, count(*) FROM logs GROUP BY state ORDER BY 2 LIMIT 1"),
        q("computed", "SELECT * FROM logs ORDER BY size % 7 LIMIT 50"),
        q("of two tables", "SELECT * FROM logs l JOIN tenants t ON t.id = tenant_id "
          'ORDER BY l.size, "Full Name" LIMIT 50'),
        q("all of it", "SELECT * FROM logs ORDER BY size"),
        q("most of it", "SELECT * FROM logs WHERE size < 10 ORDER BY id DESC LIMIT 5"),
        q("a log's lines", "SELECT * FROM lines WHERE log_id = 700 ORDER BY id LIMIT 50"),
        q("some logs' lines", "SELECT * FROM lines WHERE log_id < 70000000 ORDER BY note LIMIT 50"),
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
        ("newest", 'sorts 10,000 rows by "timestamp" DESC to keep 50', 'Index ("timestamp" DESC)'),
        (
            "a tenant's newest",
            'rows by "timestamp" to keep 50 of them',
            'Index (tenant_id, "timestamp")',
        ),
        ("of a join", "rows by size, id to keep 5 of them", "Index (size, id)"),
        ("some logs' lines", "sorts 20,000 rows by note to keep 50 of them", "Index (note)"),
    ],
)
def test_a_sort_of_many_rows_is_reported(project, query, found, fix):
    """
    The violation tells the size, how many rows are sorted, by what, and how many are kept.
    """
    (violation,) = project.proof(CHECK, query).violations

    assert violation.where == query
    assert found in violation.found
    assert violation.fix.startswith(fix)


@pytest.mark.parametrize(
    "query",
    [
        "in order",
        "in order within",
        "of a group",
        "computed",
        "of two tables",
        "all of it",
        "most of it",
    ],
)
def test_near_misses_are_silent(project, query):
    """
    An index gives the order, no index could, or all that is sorted is kept.
    """
    assert project.proof(CHECK, query).status == "proved"


def test_what_hangs_from_one_parent_is_counted_as_declared(project):
    """
    The planner takes clustered keys for fewer than there are; the evidence says how to tell it.
    """
    (seen,) = project.proof(CHECK, "a log's lines").seen

    assert "at 10^8 rows of logs sorts 200 rows (that many hang from one log_id" in seen
    assert "SET (n_distinct = -0.005) tells it) to keep 50" in seen


def test_a_query_that_is_refused_is_another_checks_matter(project):
    """
    One check says so, and this one that it cannot say more.
    """
    assert project.proof(CHECK, "refused").status == "skipped"


def test_an_index_in_that_order_reads_what_it_returns(project):
    """
    The harm is real: with the index a run touches a few blocks, and without it all of them.
    """
    statement = 'SELECT * FROM logs ORDER BY "timestamp" DESC LIMIT 5'
    with project.connection() as connection:
        connection.execute("INSERT INTO tenants VALUES (1, 'x')")
        connection.execute(
            "INSERT INTO logs SELECT n, 1, 'open', now() + n * interval '1 s', n"
            " FROM generate_series(1, 20000) n"
        )
        touched = []
        for index in ("SELECT", 'CREATE INDEX better ON logs ("timestamp")'):
            connection.execute(index)
            connection.execute("ANALYZE logs")
            plan = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
            found = connection.execute(plan).fetchone()[0][0]["Plan"]
            touched.append(found["Shared Hit Blocks"] + found["Shared Read Blocks"])

    assert touched[1] < touched[0] / 20
