"""indexes/: a table and an index stand in two schemas under one name, and only one is large."""

import pytest

from schemaproof.workload import Query
from tests.harness.miniature import miniature

SCHEMA = """
CREATE TABLE items (id bigint PRIMARY KEY, note text NOT NULL, kind int NOT NULL);
CREATE INDEX items_note ON items (note);
CREATE SCHEMA "Recent Ones";
CREATE TABLE "Recent Ones".items (id bigint PRIMARY KEY, note text NOT NULL, kind int NOT NULL);
CREATE INDEX items_note ON "Recent Ones".items (note);
"""

QUERIES = """
def q(name, where, index=None):
    return Query(name=name, statement=f"SELECT * FROM {where}", sizes=(1e8,), index=index,
                 condition=("note",) if index else ())

QUERIES = Workload(
    population=Population(
        counted="items",
        volumes={
            "items": Volume(rows=100_000_000, varied={"note"}),
            "Recent Ones.items": Volume(rows=1_000, varied={"note"}),
        },
    ),
    settings={"search_path": '"Recent Ones", public'},
    queries=[
        q("of few", "items WHERE kind = 3"),
        q("of many", "public.items WHERE kind = 3"),
        q("by the note of few", "items WHERE note = 'x'", "Recent Ones.items_note"),
        q("by the note of others", "public.items WHERE note = 'x'", "Recent Ones.items_note"),
    ],
)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    folder = tmp_path_factory.mktemp("schemas")
    return bench_for_module(miniature(folder, revisions=[SCHEMA], queries=QUERIES))


def test_the_size_of_a_table_is_that_of_its_own_schema(project):
    """
    To read a thousand rows is no violation because a table elsewhere has a hundred million.
    """
    few = project.proof("indexes/seq-scan-at-scale", "of few")
    (violation,) = project.proof("indexes/seq-scan-at-scale", "of many").violations

    assert few.seen == ("reads at most 1,000 rows from the beginning",)
    assert "it reads 100,000,000 rows of items from the beginning" in violation.found


def test_a_plan_names_the_schema_of_a_table_unless_it_is_public(project):
    """
    Two plans on two tables are not taken for the same.
    """
    few = project.proof("indexes/query-chooses-index", "by the note of few")

    assert few.status == "proved"
    assert "(Seq Scan on Recent Ones.items)" in few.seen[0]


@pytest.mark.parametrize("check", ["query-can-use-index", "query-chooses-index"])
def test_an_index_of_another_schema_is_not_the_promised_one(project, check):
    """
    It has the same name and the same keys, and finds other rows.
    """
    (violation,) = project.proof(f"indexes/{check}", "by the note of others").violations

    assert "it does not use items_note" in violation.found


def test_each_of_two_indexes_is_used_by_its_own_query(project):
    """
    A query of the one is none of the other.
    """
    proofs = project.proofs("indexes/unused-by-any-query")

    assert proofs["items_note"].seen == ("chosen for by the note of others",)
    assert proofs["Recent Ones.items_note"].seen == ("chosen for by the note of few",)


@pytest.mark.parametrize(
    ("hidden", "left"),
    [
        pytest.param('"Recent Ones".items_note', {"public"}, id="of one schema"),
        pytest.param("items_note", set(), id="of any"),
    ],
)
def test_an_index_is_left_out_of_account_by_its_full_name(project, hidden, left):
    """
    Its namesake in another schema is thought of; one that is named without a schema is not.
    """
    query = Query(
        name="both",
        statement="SELECT 1 FROM items WHERE note = 'x' UNION ALL"
        " SELECT 1 FROM public.items WHERE note = 'x'",
    )

    plan = project.subject.planning.explained(query, 1e8, without=(hidden,)).plan

    assert {node.index_name.schema for node in plan.walk() if node.index_name} == left
