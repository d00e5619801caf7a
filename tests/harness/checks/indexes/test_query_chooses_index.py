"""indexes/query-chooses-index: one schema at two sizes, and a query for each verdict."""

import pytest

from tests.harness.miniature import miniature

CHECK = "indexes/query-chooses-index"

SCHEMA = """
CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE jobs (
    id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants, state text NOT NULL,
    made_at timestamptz NOT NULL, "Line No" int NOT NULL
);
CREATE INDEX jobs_tenant ON jobs (tenant_id);
CREATE INDEX jobs_tenant_state ON jobs (tenant_id, state);
CREATE INDEX jobs_state ON jobs (state);
CREATE INDEX jobs_made_at ON jobs (made_at);
CREATE INDEX "Line No" ON jobs ("Line No");
CREATE INDEX tenants_name ON tenants (name);
CREATE TABLE undeclared (id bigint PRIMARY KEY);
"""

QUERIES = """
def q(name, statement, index=None, *condition, parameters=None, **promised):
    return Query(name=name, statement=statement, parameters=parameters or {},
                 index=index, condition=condition, **{"sizes": (1e4, 1e8), **promised})

ALL = "SELECT * FROM jobs WHERE "
jobs = table("jobs", column("id"), column("state"), column("tenant_id"))
QUERIES = Workload(
    population=Population(
        counted="jobs",
        volumes={
            "tenants": Volume(rows=1_000, varied={"name"}),
            "jobs": Volume(
                rows=100_000,
                keys={"tenant_id": Spread(fan_out=100)},
                weights={"state": {"done": 0.99, "failed": 0.01}},
                ranges={"made_at": ("2024-01-01", "2026-01-01"), "Line No": ("1", "1000000")},
                ascending={"made_at"},
            ),
        },
    ),
    queries=[
        q("line", ALL + '"Line No" = 7', "Line No", "Line No"),
        q("tenant", ALL + "tenant_id = 7", "jobs_tenant_state", "tenant_id"),
        q("shorter", ALL + "tenant_id = 7", "jobs_tenant", "tenant_id"),
        q("rare", ALL + "state = 'failed' AND made_at > '2020-01-01'", "jobs_state", "state"),
        q("common", ALL + "state = 'done'", "jobs_state", "state"),
        q("common, honestly", ALL + "state = 'done'", reads_all_because="nearly all are done"),
        q("rare, as if common", ALL + "id = 7", reads_all_because="somebody said so"),
        q("neither", ALL + "id = 7"),
        q("recent", ALL[:-6] + "ORDER BY made_at DESC LIMIT 5", "jobs_made_at", is_ordered=True),
        q("unordered", ALL + "made_at > '2025-12-31' ORDER BY id", "jobs_made_at", "made_at",
          is_ordered=True),
        q("some that failed", ALL + "state = :state LIMIT 50", "jobs_state", "state",
          parameters={"state": "failed"}),
        q("all that failed", select(jobs).where(jobs.c.state == bindparam("state", "failed")),
          "jobs_state", "state"),
        q("upsert", "INSERT INTO jobs SELECT * FROM jobs WHERE id = 1 ON CONFLICT (id) DO NOTHING",
          "jobs_pkey", "id"),
        q("no such column", ALL + "colour = 7"),
        q("no value", ALL + "id = :id", "jobs_pkey", "id"),
        q("no such index", ALL + "id = 7", "jobs_pk", "id"),
        q("of unknown size", "SELECT * FROM undeclared WHERE id = 7", "undeclared_pkey", "id"),
    ],
)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    folder = tmp_path_factory.mktemp("queries")
    return bench_for_module(miniature(folder, revisions=[SCHEMA], queries=QUERIES))


@pytest.mark.parametrize(
    ("query", "index", "without"),
    [
        ("line", "Line No", "(Seq Scan on jobs) without Line No"),
        ("rare", "jobs_state", "(Gather (Seq Scan on jobs)) without jobs_state"),
        ("recent", "jobs_made_at", "Sort (Seq Scan on jobs)"),
        ("upsert", "jobs_pkey", "refused without jobs_pkey"),
    ],
)
def test_an_index_that_is_chosen_is_seen_with_its_opposite(project, query, index, without):
    """
    The evidence tells the sizes, the cost, and what plan and cost it is without the index.
    """
    proof = project.proof(CHECK, query)

    assert proof.status == "proved"
    assert proof.seen[0].startswith(f"by {index}: at 10^4 rows of jobs cost ")
    assert "; at 10^8 rows of jobs cost " in proof.seen[0]
    assert without in proof.seen[0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("shorter", "at 10^4 rows of jobs it does not use jobs_tenant: Index Scan on jobs by"),
        ("common", "at 10^8 rows of jobs it does not use jobs_state: Seq Scan on jobs, cost"),
        ("unordered", "jobs_made_at does not give the rows in order: they are sorted: Sort (Index"),
        ("rare, as if common", "it does not read the whole table: Index Scan on jobs by jobs_pkey"),
        ("no such column", 'the server does not accept it: column "colour" does not exist'),
        ("no value", "the server does not accept it: A value is required for bind parameter 'id'"),
    ],
)
def test_a_broken_claim_is_reported(project, query, found):
    """
    Another index, no index, a sort, an index after all, and what cannot be planned.
    """
    (violation,) = project.proof(CHECK, query).violations

    assert violation.where == query
    assert found in violation.found


def test_it_is_reported_at_the_sizes_at_which_it_is_broken(project):
    """
    Where the claim holds nothing is found.
    """
    (violation,) = project.proof(CHECK, "shorter").violations

    assert "10^8" not in violation.found


def test_chance_between_an_index_and_its_beginning_is_no_violation(project):
    """
    A shorter index that costs the same may be taken, since it is the one that could go.
    """
    proof = project.proof(CHECK, "tenant")

    assert proof.status == "proved"
    assert proof.seen[0] == "at 10^8 rows of jobs jobs_tenant is taken in its place, for as much"
    assert "(Seq Scan on jobs) without jobs_tenant_state and jobs_tenant" in proof.seen[1]


def test_a_value_that_most_rows_have_is_read_honestly(project):
    """
    The claim that the whole table is read is proved, with what an index would cost.
    """
    (seen,) = project.proof(CHECK, "common, honestly").seen

    assert seen.startswith("reads all of jobs, since nearly all are done: at 10^4 rows of jobs")
    assert seen.endswith(" by jobs_state")


def test_a_plan_for_any_values_that_the_server_comes_to_choose_is_reported(project):
    """
    Half of all values are taken for the rare one, and fifty rows of these for found at once.
    """
    (violation,) = project.proof(CHECK, "some that failed").violations

    assert "the plan for any values is Limit (Seq Scan on jobs)" in violation.found
    assert "the server chooses it once it was prepared and run five times" in violation.found


def test_a_plan_for_any_values_that_the_server_does_not_choose_is_told(project):
    """
    It is dearer than the plans for the values were on average, so that nobody gets it.
    """
    proof = project.proof(CHECK, "all that failed")

    assert proof.status == "proved"
    assert proof.seen[-1].endswith("for these, which the server does not choose")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("no such index", "indexes/query-can-use-index says so"),
        ("of unknown size", "which takes tables, partitions and materialised views"),
    ],
)
def test_what_cannot_be_said_is_skipped(project, query, why):
    """
    Of a table whose size nobody knows no plan means anything.
    """
    proof = project.proof(CHECK, query)

    assert (proof.status, proof.violations) == ("skipped", ())
    assert proof.skipped.endswith(why)


def test_a_query_that_relies_on_nothing_is_planned_all_the_same(project):
    """
    The evidence says that nothing was promised.
    """
    assert project.proof(CHECK, "neither").seen[0].startswith("relies on no index; costs ")


USELESS = """
CREATE TABLE t (a int NOT NULL, b int NOT NULL, c text NOT NULL);
CREATE INDEX t_ab ON t (a, b);
CREATE INDEX t_a ON t (a);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never'; END $$;
"""

ONE = """
QUERIES = [Query(name="one", statement="SELECT * FROM t WHERE a = 7", index="t_a",
                 condition=("a",))]
"""


def test_an_index_without_which_it_is_no_dearer_is_useless(tmp_path, bench):
    """
    The longer index would do for as much: the claim holds, and proves that nobody needs it.
    """
    project = bench(miniature(tmp_path, revisions=[USELESS], queries=ONE))

    (violation,) = project.proof(CHECK, "one").violations

    assert "(Index Scan on t by t_ab) without t_a" in violation.found
    assert "spares the query less than the planner can tell apart" in violation.because


def test_a_table_that_takes_no_row_is_skipped(tmp_path, bench):
    """
    Nobody can say how it would look when it is full, and the reason says what to do.
    """
    never = "ALTER TABLE t ADD CONSTRAINT never CHECK (a > 5 AND a < 5)"
    project = bench(miniature(tmp_path, revisions=[USELESS, never], queries=ONE))

    proof = project.proof(CHECK, "one")

    assert proof.status == "skipped"
    assert proof.skipped.startswith("needs a row of t to know what many of them look like")
    assert "[[tool.schemaproof.hints]]" in proof.skipped


def test_a_waiver_silences_it(tmp_path, bench):
    """
    A violation is waived by the name of the query.
    """
    project = bench(miniature(tmp_path, revisions=[USELESS], queries=ONE, waivers=[(CHECK, "one")]))

    assert project.proof(CHECK, "one").status == "waived"


def test_the_plan_that_is_chosen_the_sixth_time_is_the_servers_own_choice(project):
    """
    The harm is real: run six times on rows, the same statement reads the table at last.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO tenants VALUES (1, 'a')")
        connection.execute(
            "INSERT INTO jobs SELECT n, 1, CASE WHEN n > 5e4 AND n % 50 = 0 THEN 'failed' "
            "WHEN n % 2 = 0 THEN 'done' ELSE 'open' END, now(), n "
            "FROM generate_series(1, 100000) n"
        )
        connection.execute("ANALYZE jobs")
        connection.execute("PREPARE s AS SELECT * FROM jobs WHERE state = $1 LIMIT 50")
        read = []
        for _ in range(6):
            plan = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE s('failed')"
            found = connection.execute(plan).fetchone()[0][0]["Plan"]
            read.append(found["Shared Hit Blocks"] + found["Shared Read Blocks"])

    assert read[5] > 5 * max(read[:5])
