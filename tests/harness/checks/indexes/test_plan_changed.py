"""indexes/plan-changed: plans are accepted, and then the schema or the queries change."""

import json

import pytest

from schemaproof.accepting import NothingToAccept, accept_plans
from schemaproof.project import Project
from schemaproof.runner import Order
from tests.harness.miniature import miniature, write_revisions

CHECK = "indexes/plan-changed"

SCHEMA = """
CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, "Line No" int NOT NULL);
CREATE INDEX t_a ON t (a);
CREATE INDEX "Line No" ON t ("Line No");
"""

QUERIES = """
QUERIES = [
    Query(name="by a", statement="SELECT * FROM t WHERE a = 7", sizes=(1e4, 1e6)),
    Query(name='by "Line No"', statement='SELECT * FROM t WHERE "Line No" = 7', sizes=(1e6,)),
]
"""


@pytest.fixture
def folder(tmp_path):
    """A project whose plans are to be kept in ``plans.json``."""
    miniature(tmp_path, revisions=[SCHEMA], queries=QUERIES)
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write('plans_baseline = "plans.json"\n')
    return tmp_path


def accept(folder):
    return accept_plans(Project.load(folder), Order()).file


def test_plans_are_compared_with_what_was_accepted(folder, bench):
    """
    What is written is read again, and nothing has changed since.
    """
    accept(folder)

    proof = bench(folder).proof(CHECK, "plans.json")

    assert (proof.status, proof.seen) == (
        "proved",
        ("2 queries are planned as they were accepted",),
    )


def test_a_plan_on_a_table_of_unknown_size_is_compared_as_it_was_accepted(tmp_path, bench):
    """
    Nobody knows how large it is, and what is said of the others does not depend on it.
    """
    schema = f"{SCHEMA}; CREATE MATERIALIZED VIEW v AS SELECT a FROM t"
    view = 'QUERIES.append(Query(name="v", statement="SELECT * FROM v", sizes=(1e6,)))'
    miniature(tmp_path, revisions=[schema], queries=f"{QUERIES}\n{view}")
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write('plans_baseline = "plans.json"\n')
    accept(tmp_path)

    proof = bench(tmp_path).proof(CHECK, "plans.json")

    assert (proof.status, proof.seen) == (
        "proved",
        ("3 queries are planned as they were accepted",),
    )


def test_what_is_written_can_be_reviewed(folder):
    """
    The shape, the index and its columns at each size, and no figure of the planner's.
    """
    file = accept(folder)

    assert json.loads(file.read_text())["plans"] == {
        "by a": {
            "10000": "Index Scan on t by t_a; t_a finds a",
            "1000000": "Index Scan on t by t_a; t_a finds a",
        },
        'by "Line No"': {"1000000": "Index Scan on t by Line No; Line No finds Line No"},
    }


def test_it_is_the_same_whenever_it_is_written(folder):
    """
    A file that changes by itself would never be reviewed.
    """
    first = accept(folder).read_text()

    assert accept(folder).read_text() == first


def test_another_plan_is_reported(folder, bench):
    """
    The violation tells the sizes, what the plan was and what it is.
    """
    accept(folder)
    write_revisions(folder / "migrations" / "versions", [SCHEMA, "DROP INDEX t_a"])

    (violation,) = bench(folder).proof(CHECK, "plans.json").violations

    assert violation.where == "by a"
    assert violation.found.startswith(
        "at 10^4 rows it was Index Scan on t by t_a; t_a finds a, and is Seq Scan on t; at 10^6"
    )
    assert "schemaproof accept-plans" in violation.fix


def test_queries_that_come_and_go_are_reported(folder, bench):
    """
    A plan that nobody has accepted, and one that nobody asks for.
    """
    file = accept(folder)
    text = file.read_text()
    file.write_text(text.replace('"by a"', '"by b"'))

    violations = bench(folder).proof(CHECK, "plans.json").violations

    assert {violation.where for violation in violations} == {"by a", "by b"}
    assert "nothing that was accepted" in violations[0].found
    assert "no such query is registered any more" in violations[1].found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(None, "there is none at plans.json: No such file", id="none"),
        pytest.param("[", "plans.json is no baseline of version 1: JSONDecode", id="no JSON"),
        pytest.param("[]", "plans.json is no baseline of version 1: TypeError", id="a list"),
        pytest.param('{"version": 2}', "it is of version 2", id="a later one"),
        pytest.param('{"version": 1}', "KeyError: 'postgresql'", id="half"),
    ],
)
def test_without_a_baseline_it_is_said_how_to_make_one(folder, bench, text, found):
    """
    A file that is missing, or is another, is a violation and no crash.
    """
    if text is not None:
        (folder / "plans.json").write_text(text)

    (violation,) = bench(folder).proof(CHECK, "plans.json").violations

    assert found in violation.found
    assert violation.fix.startswith("Run 'schemaproof accept-plans'")


def test_plans_of_another_version_are_not_compared(folder, bench):
    """
    Each major version plans as it thinks best.
    """
    (folder / "plans.json").write_text('{"version": 1, "postgresql": 9, "plans": {}}')

    proof = bench(folder).proof(CHECK, "plans.json")

    assert proof.status == "skipped"
    assert proof.skipped.startswith("the plans were accepted on PostgreSQL 9, and this is ")


def test_without_a_file_configured_nothing_is_said(tmp_path, bench):
    """
    Nobody has asked for a baseline.
    """
    assert bench(miniature(tmp_path, revisions=[SCHEMA], queries=QUERIES)).proofs(CHECK) == {}


def test_a_waiver_silences_it(tmp_path, bench):
    """
    A violation is waived by the name of the query.
    """
    waivers = [(CHECK, "by a"), (CHECK, 'by "Line No"')]
    miniature(tmp_path, revisions=[SCHEMA], queries=QUERIES, waivers=waivers)
    file = tmp_path / "pyproject.toml"
    text = file.read_text()
    file.write_text(text.replace("url_env", 'plans_baseline = "plans.json"\nurl_env', 1))
    accepted = accept(tmp_path)
    accepted.write_text(accepted.read_text().replace("Index Scan", "Seq Scan"))

    assert bench(tmp_path).proof(CHECK, "plans.json").status == "waived"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("plans_baseline", "# plans_baseline", "needs plans_baseline in [tool.schemaproof]"),
        ('"plans.json"', '"none/plans.json"', "cannot write"),
    ],
)
def test_what_cannot_be_accepted_is_refused(folder, old, new, told):
    """
    One sentence says what is needed.
    """
    file = folder / "pyproject.toml"
    file.write_text(file.read_text().replace(old, new))

    with pytest.raises(NothingToAccept, match=told.replace("[", r"\[")):
        accept(folder)


def test_a_query_that_is_refused_is_not_accepted(tmp_path):
    """
    Nothing is written of which nobody knows what it is.
    """
    queries = 'QUERIES = [Query(name="x", statement="SELECT colour FROM t")]'
    miniature(tmp_path, revisions=[SCHEMA], queries=queries)
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write('plans_baseline = "plans.json"\n')

    with pytest.raises(NothingToAccept, match='column "colour" does not exist'):
        accept(tmp_path)

    assert not (tmp_path / "plans.json").exists()
