"""indexes/redundant-index: one history with a table for each case, looked at case by case."""

import pytest

from tests.harness.miniature import miniature

CHECK = "indexes/redundant-index"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE prefixed (a int, b int, c int);
CREATE INDEX prefixed_a ON prefixed (a);
CREATE INDEX prefixed_ab ON prefixed (a, b);

CREATE TABLE keyed (a int, b int, PRIMARY KEY (a, b));
CREATE INDEX keyed_a ON keyed (a);

CREATE TABLE half (a int, b int, c int);
CREATE INDEX half_a ON half (a) WHERE c > 0;
CREATE INDEX half_ab ON half (a, b) WHERE c > 0;

CREATE TABLE carrying (a int, b int, c int);
CREATE INDEX carrying_a ON carrying (a) INCLUDE (b);
CREATE INDEX carrying_ab ON carrying (a, b);

CREATE TABLE "Order Items" ("select" int, "Line No" int);
CREATE INDEX "{LONG}" ON "Order Items" ("select");
CREATE INDEX "Both" ON "Order Items" ("select", "Line No");

CREATE SCHEMA "Ware House";
CREATE TABLE "Ware House".bins (a int, b int);
CREATE INDEX "Bins 100%" ON "Ware House".bins (a);
CREATE INDEX bins_ab ON "Ware House".bins (a, b);

CREATE TABLE needed (a int, b int, c int, t text);
CREATE UNIQUE INDEX needed_unique ON needed (a);
CREATE INDEX needed_ab ON needed (a, b);
CREATE INDEX needed_b ON needed (b);
CREATE INDEX needed_partial ON needed (c) WHERE a > 0;
CREATE INDEX needed_ca ON needed (c, a) WHERE b > 0;
CREATE INDEX needed_hash ON needed USING hash (a);
CREATE INDEX needed_include ON needed (a) INCLUDE (t);
CREATE INDEX needed_pattern ON needed (t text_pattern_ops);
CREATE INDEX needed_text ON needed (t, a);

CREATE TABLE turned (a int, b int, c int);
CREATE INDEX turned_a ON turned (a DESC);
CREATE INDEX turned_abc ON turned (a, b, c DESC);
CREATE INDEX needed_turned ON turned (c DESC, b);
CREATE INDEX turned_cba ON turned (c, b, a);

CREATE TABLE torn (a int, b int);
CREATE INDEX torn_a ON torn (a);
CREATE INDEX torn_ab ON torn (a, b);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'torn_ab'::regclass;

CREATE TABLE doubles (a int);
CREATE INDEX doubles_1 ON doubles (a);
CREATE INDEX doubles_2 ON doubles (a);
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("indexes"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("index", "longer"),
    [
        pytest.param("prefixed_a", "prefixed_ab on (a, b)", id="prefix"),
        pytest.param("keyed_a", "keyed_pkey on (a, b)", id="prefix of a primary key"),
        pytest.param("half_a", "half_ab on (a, b)", id="partial alike"),
        pytest.param("carrying_a", "carrying_ab on (a, b)", id="payload is a key there"),
        pytest.param("turned_a", "turned_abc on (a, b, c)", id="read from its other end"),
        pytest.param(LONG, "Both on (select, Line No)", id="exotic names"),
    ],
)
def test_a_prefix_is_reported(project, index, longer):
    """
    An index whose keys another b-tree begins with is named together with that one.
    """
    (found,) = project.proof(CHECK, index).violations

    assert (found.where, found.found) == (index, f"{longer} begins with its keys")


@pytest.mark.parametrize(
    ("index", "fix"),
    [
        ("prefixed_a", "Drop prefixed_a CONCURRENTLY."),
        ("Ware House.Bins 100%", 'Drop "Ware House"."Bins 100%" CONCURRENTLY.'),
    ],
)
def test_the_fix_names_the_index_as_sql_does(project, index, fix):
    """
    Quoted where it must be, and with its schema unless that is public.
    """
    (found,) = project.proof(CHECK, index).violations

    assert (found.where, found.fix) == (index, fix)
    with project.connection() as connection:
        connection.execute(f"DROP INDEX {fix.split(maxsplit=1)[1].rsplit(maxsplit=1)[0]}")


@pytest.mark.parametrize("table", ["needed", "torn", "doubles"])
def test_near_misses_are_silent(project, table):
    """
    Uniqueness, other predicates, methods, payloads, operator classes and equal keys are no prefix.
    """
    proofs = {
        name: proof for name, proof in project.proofs(CHECK).items() if name.startswith(table)
    }

    assert proofs
    assert {name: p.violations for name, p in proofs.items() if p.violations} == {}


def test_a_waiver_silences_it(tmp_path, bench):
    """
    A shorter index that is wanted is waived by name, and then no violation is left.
    """
    ddl = "CREATE TABLE t (a int, b int); CREATE INDEX t_a ON t (a); CREATE INDEX t_ab ON t (a, b)"
    project = bench(miniature(tmp_path, revisions=[ddl], waivers=[(CHECK, "t_a")]))

    assert project.proof(CHECK, "t_a").status == "waived"


def test_a_longer_index_gives_the_order_from_its_other_end(project):
    """
    The server reads it backwards, and sorts nothing; in a mixed order it would have to.
    """
    with project.connection() as connection:
        connection.execute("DROP INDEX turned_a")
        connection.execute("SET enable_seqscan = off")
        plans = [
            str(connection.execute(f"EXPLAIN SELECT * FROM turned ORDER BY {keys}").fetchall())
            for keys in ("a DESC", "a, b DESC")
        ]

    assert ["Sort" in plan for plan in plans] == [False, True]
    assert "Scan Backward using turned_abc" in plans[0]


def test_the_longer_index_serves_what_the_shorter_one_served(project):
    """
    The harm is real: without the shorter index the same condition is an index condition still.
    """
    with project.connection() as connection:
        connection.execute("DROP INDEX prefixed_a")
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute("EXPLAIN SELECT * FROM prefixed WHERE a = 1").fetchall()

    assert "prefixed_ab" in str(plan)
    assert "Cond: (a = 1)" in str(plan)
