"""indexes/query-can-use-index: one schema, and a query for each thing that may stand in the way."""

import pytest

from tests.harness.miniature import miniature

CHECK = "indexes/query-can-use-index"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE jobs (
    id bigint PRIMARY KEY, tenant_id int NOT NULL, state text NOT NULL, email varchar(80) NOT NULL,
    made_at timestamptz NOT NULL, "select" int NOT NULL, "{LONG}" int NOT NULL
);
CREATE INDEX jobs_tenant ON jobs (tenant_id, made_at);
CREATE INDEX jobs_tenant_only ON jobs (tenant_id);
CREATE INDEX jobs_email ON jobs (email);
CREATE INDEX jobs_email_c ON jobs (email COLLATE "POSIX");
CREATE INDEX jobs_lower ON jobs (lower(email));
CREATE INDEX jobs_open ON jobs (made_at) WHERE state = 'open';
CREATE INDEX jobs_made_at ON jobs (made_at);
CREATE INDEX "Jobs select" ON jobs ("select");
CREATE INDEX "{LONG}" ON jobs ("{LONG}");
CREATE SCHEMA "Odd Schema";
CREATE TABLE "Odd Schema".jobs (id bigint PRIMARY KEY, size int NOT NULL);
CREATE INDEX jobs_tenant ON "Odd Schema".jobs (size);
CREATE TABLE others (id bigint PRIMARY KEY, job_id bigint NOT NULL REFERENCES jobs);
CREATE INDEX others_job_id ON others (job_id);
CREATE INDEX torn ON others (job_id, id);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'torn'::regclass;
"""

QUERIES = f"""
def q(name, statement, index, *condition, is_ordered=False, **parameters):
    return Query(name=name, statement="SELECT * FROM " + statement, parameters=parameters,
                 index=index, condition=condition, is_ordered=is_ordered, sizes=(1e6,))

QUERIES = [
    q("equal", "jobs WHERE tenant_id = :t", "jobs_tenant_only", "tenant_id", t=7),
    q("not the first choice", "jobs WHERE tenant_id = :t", "jobs_tenant", "tenant_id", t=7),
    q("both", "jobs WHERE tenant_id = 7 AND made_at > :m", "jobs_tenant", "tenant_id", "made_at",
      m="2025-06-01"),
    q("a row", "jobs WHERE (tenant_id, made_at) > (7, '2025-06-01'::timestamptz)", "jobs_tenant",
      "tenant_id", "made_at"),
    q("any", "jobs WHERE tenant_id = ANY (:ts)", "jobs_tenant_only", "tenant_id", ts=[1, 2]),
    q("varchar", "jobs WHERE email = :e", "jobs_email", "email", e="a@b"),
    q("expression", "jobs WHERE lower(email) = :e", "jobs_lower", "email", e="a@b"),
    q("order", "jobs ORDER BY made_at DESC LIMIT 10", "jobs_made_at", is_ordered=True),
    q("order within", "jobs WHERE tenant_id = 7 ORDER BY made_at LIMIT 10", "jobs_tenant",
      "tenant_id", is_ordered=True),
    q("a join", "jobs j JOIN others o ON o.job_id = j.id WHERE j.tenant_id = 7", "others_job_id",
      "job_id"),
    q("partial", "jobs WHERE state = 'open' AND made_at > '2025-06-01'", "jobs_open", "made_at"),
    q("quoted", 'jobs AS "J" WHERE "J"."select" = 3', "Jobs select", "select"),
    q("63 bytes", 'jobs WHERE "{LONG}" = 3', "{LONG}", "{LONG}"),
    q("with another", "jobs WHERE tenant_id = 7 OR email = 'a@b'", "jobs_tenant", "tenant_id"),
    q("of a schema", '"Odd Schema".jobs WHERE size = 7', "Odd Schema.jobs_tenant", "size"),
    q("no index", "jobs WHERE tenant_id = 7", "jobs_tenan", "tenant_id"),
    q("not valid", "others WHERE job_id = 7", "torn", "job_id"),
    q("other table", "others WHERE job_id = 7", "jobs_tenant", "tenant_id"),
    q("no key", "jobs WHERE tenant_id = 7", "jobs_tenant_only", "tenant_id", "state"),
    q("type", "jobs WHERE tenant_id = :t", "jobs_tenant_only", "tenant_id", t=7.5),
    q("function", "jobs WHERE upper(email) = 'A'", "jobs_email", "email"),
    q("sum", "jobs WHERE tenant_id + 0 = 7", "jobs_tenant_only", "tenant_id"),
    q("collation", "jobs WHERE email > 'a' COLLATE \\"POSIX\\"", "jobs_email", "email"),
    q("index's collation", "jobs WHERE email = 'a'", "jobs_email_c", "email"),
    q("predicate", "jobs WHERE state = :s AND made_at > '2025-06-01'", "jobs_open", "made_at",
      s="shut"),
    q("pattern", "jobs WHERE email LIKE '%b'", "jobs_email", "email"),
    q("unequal", "jobs WHERE tenant_id <> 7", "jobs_tenant_only", "tenant_id"),
    q("other order", "jobs WHERE tenant_id = 7 ORDER BY made_at DESC, id", "jobs_tenant",
      "tenant_id", is_ordered=True),
    q("no condition", "jobs WHERE state = 'open'", "jobs_tenant_only"),
    q("refused", "jobs WHERE colour = 1", "jobs_tenant"),
]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    folder = tmp_path_factory.mktemp("queries")
    return bench_for_module(miniature(folder, revisions=[SCHEMA], queries=QUERIES))


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("equal", "jobs_tenant_only finds rows by tenant_id"),
        ("both", "jobs_tenant finds rows by tenant_id, made_at"),
        ("a row", "jobs_tenant finds rows by tenant_id, made_at"),
        ("any", "jobs_tenant_only finds rows by tenant_id"),
        ("varchar", "jobs_email finds rows by email"),
        ("expression", "jobs_lower finds rows by email"),
        ("order", "jobs_made_at is read in order"),
        ("order within", "jobs_tenant finds rows by tenant_id in order"),
        ("a join", "others_job_id finds rows by job_id"),
        ("of a schema", "jobs_tenant finds rows by size"),
        ("partial", "jobs_open finds rows by made_at"),
        ("quoted", "Jobs select finds rows by select"),
        ("63 bytes", f"{LONG} finds rows by {LONG}"),
    ],
)
def test_an_index_that_serves_is_seen(project, query, seen):
    """
    The named index appears with the declared columns in its condition, or gives the order.
    """
    proof = project.proof(CHECK, query)

    assert (proof.status, len(proof.seen)) == ("proved", 1)
    assert proof.seen[0].startswith(f"{seen} at 10^6 rows")


def test_an_index_that_serves_together_with_another_can_serve(project):
    """
    What is on the same columns is out of the way, and what it is combined with is not.
    """
    (seen,) = project.proof(CHECK, "with another").seen

    assert seen.startswith("jobs_tenant finds rows by tenant_id at 10^6 rows")


def test_an_index_that_serves_once_the_others_are_gone_can_serve(project):
    """
    That another index is cheaper is not this check's matter.
    """
    assert project.proof(CHECK, "not the first choice").seen == (
        "jobs_tenant finds rows by tenant_id at 10^6 rows, if nothing else is allowed",
    )


@pytest.mark.parametrize(
    ("query", "obstacle"),
    [
        ("no index", "there is no such index (is jobs_tenant meant?)"),
        ("not valid", "it is not valid"),
        ("other table", "it is an index of jobs, and the query reads others"),
        ("no key", "its keys are (tenant_id), and state is not among them"),
        ("type", "it is compared as double precision, and tenant_id is integer"),
        ("function", "not email is tested but what a function makes of it"),
        ("sum", "it is tested on each row: ((tenant_id + 0) = 7)"),
        ("collation", "it is compared by another collation than the index has"),
        ("index's collation", "it is compared by another collation than the index has"),
        ("predicate", "it holds only rows with (state = 'open'::text)"),
        ("pattern", "a pattern is no range in the order of the index"),
        ("unequal", "it is tested on each row: (tenant_id <> 7)"),
        ("other order", "its order is (tenant_id, made_at), and the query asks for (made_at DESC"),
        ("no condition", "it begins with tenant_id, on which there is no condition"),
    ],
)
def test_what_stands_in_the_way_is_said(project, query, obstacle):
    """
    The violation names the query, points at its line, and says why the index cannot serve.
    """
    (found,) = project.proof(CHECK, query).violations
    lines = found.location.file.read_text().splitlines()

    assert found.where == query
    assert obstacle in found.found
    assert f'"{query}"' in lines[found.location.line - 1]


def test_a_query_that_is_refused_is_another_checks_matter(project):
    """
    One check says so, and this one that it cannot say more.
    """
    proof = project.proof(CHECK, "refused")

    assert (proof.status, proof.violations) == ("skipped", ())
    assert "indexes/query-chooses-index says why" in proof.skipped


def test_the_harm_is_real(project):
    """
    What is compared as another type reads the whole table, and as its own it does not.
    """
    with project.connection() as connection:
        connection.execute(
            "INSERT INTO jobs SELECT n, n, 'open', n, now(), n, n FROM generate_series(1, 20000) n"
        )
        connection.execute("ANALYZE jobs")
        plans = [
            str(connection.execute(f"EXPLAIN SELECT * FROM jobs WHERE tenant_id = {v}").fetchall())
            for v in ("7.0", "7")
        ]

    assert ["Seq Scan" in plan for plan in plans] == [True, False]
