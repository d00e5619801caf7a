"""indexes/seq-scan-at-scale: one schema at two sizes, and queries that read more or less of it."""

import pytest

from tests.harness.miniature import miniature

CHECK = "indexes/seq-scan-at-scale"

SCHEMA = """
CREATE TABLE jobs (id bigint PRIMARY KEY, state text NOT NULL, note text NOT NULL);
CREATE INDEX jobs_lost ON jobs (note) WHERE state = 'lost';
CREATE TABLE undeclared (id bigint PRIMARY KEY);
CREATE TABLE "Job Kinds" ("select" bigint PRIMARY KEY, name text NOT NULL);
"""

QUERIES = """
def q(name, statement, **promised):
    return Query(name=name, statement=statement, **{"sizes": (1e3, 1e7), **promised})

QUERIES = Workload(
    population=Population(
        counted="jobs",
        volumes={
            "jobs": Volume(rows=1_000_000, varied={"note"},
                           weights={"state": {"done": 0.9, "failed": 0.0999, "lost": 0.0001}}),
            "Job Kinds": Volume(rows=1_000, varied={"name"}),
        },
    ),
    queries=[
        q("by note", "SELECT * FROM jobs WHERE note = 'x'"),
        q("all", "SELECT * FROM jobs"),
        q("in order", "SELECT * FROM jobs ORDER BY id"),
        q("counted", "SELECT count(id) FROM jobs"),
        q("deleted", "DELETE FROM jobs WHERE state = 'failed'"),
        q("of large kinds", "SELECT * FROM \\"Job Kinds\\" WHERE name = 'x'", sizes=(1e8,)),
        q("far into it", "SELECT * FROM jobs WHERE note = 'x' LIMIT 1"),
        q("a page far on", "SELECT * FROM jobs LIMIT 50 OFFSET 50000"),
        q("by key", "SELECT * FROM jobs WHERE id = 7"),
        q("the first", "SELECT * FROM jobs LIMIT 50"),
        q("soon found", "SELECT * FROM jobs WHERE state = 'failed' LIMIT 50"),
        q("whether any", "SELECT EXISTS (SELECT FROM jobs WHERE state = 'failed')"),
        q("of kinds", "SELECT * FROM \\"Job Kinds\\" WHERE name = 'x'", sizes=(1e3, 1e6)),
        q("on purpose", "SELECT * FROM jobs", reads_all_because="it is the export"),
        q("of a partial index", "SELECT * FROM jobs WHERE state = 'lost'"),
        q("refused", "SELECT colour FROM jobs"),
        q("of unknown size", "SELECT * FROM undeclared"),
    ],
)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    folder = tmp_path_factory.mktemp("queries")
    return bench_for_module(miniature(folder, revisions=[SCHEMA], queries=QUERIES))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("by note", "at 10^7 rows of jobs it reads 10,000,000 rows of jobs from the beginning"),
        ("all", "it reads 10,000,000 rows of jobs from the beginning: Seq Scan on jobs, cost"),
        ("in order", "it reads 10,000,000 rows of jobs from the beginning: Index Scan on jobs by"),
        ("counted", "it reads 10,000,000 rows of jobs from the beginning: "),
        ("deleted", "ModifyTable on jobs (Seq Scan on jobs)"),
        ("of large kinds", "it reads 100,000 rows of Job Kinds from the beginning"),
        ("far into it", "rows of jobs from the beginning: Limit ("),
        ("a page far on", "it reads 50,050 rows of jobs from the beginning: Limit (Seq Scan"),
    ],
)
def test_what_reads_many_rows_is_reported(project, query, found):
    """
    The violation tells the size, the table, how many rows are read, and the plan.
    """
    (violation,) = project.proof(CHECK, query).violations

    assert violation.where == query
    assert found in violation.found


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("by key", "reads no table from the beginning"),
        ("of a partial index", "reads no table from the beginning"),
        ("the first", "reads at most 50 rows from the beginning"),
        ("soon found", "reads at most 5"),
        ("whether any", "reads at most 1"),
        ("of kinds", "reads at most 1,000 rows from the beginning"),
        ("on purpose", "reads it all on purpose: it is the export"),
    ],
)
def test_near_misses_are_silent(project, query, seen):
    """
    A key, a scan that ends early, a small table, and what is said to be right.
    """
    proof = project.proof(CHECK, query)

    assert proof.status == "proved"
    assert proof.seen[0].startswith(seen)


def test_a_query_that_is_refused_is_another_checks_matter(project):
    """
    One check says so, and this one that it cannot say more.
    """
    assert project.proof(CHECK, "refused").status == "skipped"


def test_of_a_table_of_unknown_size_nothing_is_said(project):
    """
    It is planned as the empty table that it is, and that proves nothing.
    """
    proof = project.proof(CHECK, "of unknown size")

    assert proof.status == "skipped"
    assert proof.skipped.startswith("nobody has declared how many rows undeclared will hold")


def test_a_waiver_silences_it(tmp_path, bench):
    """
    A violation is waived by the name of the query.
    """
    queries = 'QUERIES = [Query(name="all", statement="SELECT * FROM jobs")]'
    project = bench(
        miniature(tmp_path, revisions=[SCHEMA], queries=queries, waivers=[(CHECK, "all")])
    )

    assert project.proof(CHECK, "all").status == "waived"


def test_it_becomes_slower_with_every_row(project):
    """
    The harm is real: ten times the rows are ten times the blocks that are read.
    """
    read = []
    with project.connection() as connection:
        for first, last in ((1, 2_000), (2_001, 20_000)):
            series = f"generate_series({first}, {last})"
            connection.execute(f"INSERT INTO jobs SELECT n, 'done', n FROM {series} n")
            plan = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM jobs WHERE note = 'x'"
            found = connection.execute(plan).fetchone()[0][0]["Plan"]
            read.append(found["Shared Hit Blocks"] + found["Shared Read Blocks"])

    assert read[1] > 8 * read[0]
