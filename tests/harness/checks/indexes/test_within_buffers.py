"""indexes/within-buffers: queries run on rows that are there, and their blocks are counted."""

import json
import re

import pytest

from schemaproof.accepting import accept_plans
from schemaproof.project import Project
from schemaproof.runner import Order
from tests.harness.miniature import miniature, write_revisions

CHECK = "indexes/within-buffers"

SCHEMA = """
CREATE TABLE owners (id bigint PRIMARY KEY, "E Mail" text NOT NULL UNIQUE);
CREATE TABLE jobs (
    id bigint PRIMARY KEY, owner_id bigint NOT NULL REFERENCES owners ON DELETE CASCADE,
    state text NOT NULL, note text NOT NULL
);
CREATE INDEX jobs_owner ON jobs (owner_id, state);
CREATE MATERIALIZED VIEW busy AS SELECT owner_id, count(*) FROM jobs GROUP BY owner_id;
CREATE UNIQUE INDEX busy_owner ON busy (owner_id);
CREATE TABLE fussy (id bigint PRIMARY KEY, word text NOT NULL);
"""
# Nobody can think of a row that it takes.
FUSSY = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no row is good enough'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON fussy FOR EACH ROW EXECUTE FUNCTION refuse();
"""

QUERIES = """
def q(name, statement, **promised):
    parameters = {key: promised.pop(key) for key in ("owner", "mail") if key in promised}
    return Query(name=name, statement=statement, parameters=parameters, sizes=(1e6,), **promised)

QUERIES = Workload(
    population=Population(
        counted="jobs",
        volumes={
            "fussy": Volume(rows=1_000),
            "busy": Volume(rows=20_000),
            "owners": Volume(rows=20_000, varied={"E Mail"}),
            "jobs": Volume(rows=1_000_000, keys={"owner_id": Spread(fan_out=50)},
                           weights={"state": {"done": 0.9, "failed": 0.1}}, varied={"note"}),
        },
    ),
    queries=[
        q("an owner's failed", "SELECT * FROM jobs WHERE owner_id = :owner AND state = 'failed'",
          owner=-7, buffers=20),
        q("an owner", 'SELECT * FROM owners WHERE "E Mail" = :mail', mail="nobody's", buffers=3),
        q("how busy an owner is", "SELECT * FROM busy WHERE owner_id = :owner", owner=-7,
          buffers=3),
        q("by a note", "SELECT * FROM jobs WHERE note = 'x'", buffers=20),
        q("without a promise", "SELECT * FROM jobs WHERE note = 'x'"),
        q("to forget", "DELETE FROM owners WHERE id = :owner", owner=-7, buffers=8),
        q("to close", "UPDATE jobs SET state = 'done' WHERE owner_id = :owner", owner=-7,
          buffers=60),
        q("of the fussy", "SELECT * FROM fussy", buffers=10),
        q("refused", "SELECT colour FROM jobs", buffers=10),
    ],
)
"""


def written(folder, **others):
    miniature(folder, **{"revisions": [SCHEMA, FUSSY], "queries": QUERIES, **others})
    file = folder / "pyproject.toml"
    text = file.read_text()
    file.write_text(text.replace("url_env", 'plans_baseline = "plans.json"\nurl_env', 1))
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(written(tmp_path_factory.mktemp("buffers")))


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("an owner's failed", " of at most 20 blocks for "),
        ("an owner", "touches 3 of at most 3 blocks for 1 rows at 30,000 rows of jobs"),
        ("how busy an owner is", " of at most 3 blocks for 1 rows at 30,000 rows of jobs"),
        ("to forget", " of at most 8 blocks for 1 rows at "),
        ("to close", " of at most 60 blocks for 50 rows at "),
        ("without a promise", " blocks for 0 rows at 30,000 rows of jobs"),
    ],
)
def test_what_keeps_to_its_budget_is_proved(project, query, seen):
    """
    It is sent with values that are there, although such were not registered.
    """
    proof = project.proof(CHECK, query)

    assert proof.status == "proved"
    assert seen in proof.seen[0]


def test_what_reads_too_much_is_reported(project):
    """
    The violation tells the blocks, the rows, the budget and the plan.
    """
    (violation,) = project.proof(CHECK, "by a note").violations

    assert violation.where == "by a note"
    assert violation.found.startswith("at 30,000 rows of jobs it touches ")
    assert violation.found.endswith(" for 0 rows, and may touch 20: Seq Scan on jobs")


@pytest.mark.parametrize(
    ("query", "why"),
    [("of the fussy", "no row is good enough"), ("refused", "query-chooses-index says why")],
)
def test_what_cannot_be_run_is_another_matter(project, query, why):
    """
    Without a row of a table nothing can be said of it; what is refused another check reports.
    """
    proof = project.proof(CHECK, query)

    assert proof.status == "skipped"
    assert why in proof.skipped


def test_what_it_does_is_undone(project):
    """
    A query that changes rows finds the same ones the next time.
    """
    query = next(each for each in project.subject.workload.queries if each.name == "to close")

    first, second = (project.subject.loaded.touched(query) for _ in range(2))

    assert (first.rows, first.blocks) == (second.rows, second.blocks)


# Those that are taken, and without a budget.
ACCEPTED = re.sub(r",\s+buffers=\d+", "", QUERIES).replace("SELECT colour", "SELECT id")


@pytest.fixture(scope="module")
def accepted(tmp_path_factory):
    folder = written(tmp_path_factory.mktemp("accepted"), queries=ACCEPTED)
    return folder, accept_plans(Project.load(folder), Order())


def test_a_query_without_a_sample_is_left_out_and_named(accepted):
    """
    All others are accepted, with the blocks that they touch.
    """
    _, done = accepted
    found = json.loads(done.file.read_text())

    assert [*done.left_out] == ["of the fussy"]
    assert "no row is good enough" in done.left_out["of the fussy"]
    assert found["plans"].keys() == found["buffers"].keys()
    assert len(found["plans"]) == 8


def test_twice_as_many_blocks_as_were_accepted_are_reported(accepted, bench):
    """
    The index has become narrower: it finds all of an owner's jobs, and most are thrown away.
    """
    folder, done = accepted
    worse = "DROP INDEX jobs_owner; CREATE INDEX jobs_owner ON jobs (owner_id)"
    write_revisions(folder / "migrations" / "versions", [SCHEMA, FUSSY, worse])
    was = done.baseline.buffers["an owner's failed"]

    (violation,) = bench(folder).proof(CHECK, "an owner's failed").violations

    assert f"and touched {was} when its plan was accepted: " in violation.found
    assert "accept-plans" in violation.fix
