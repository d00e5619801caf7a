"""constraints/exclude-refuses: rows that exclude each other, whatever the operators."""

import pytest

from tests.harness.miniature import miniature

CHECK = "constraints/exclude-refuses"

LONG = "x" * 63
LONGER = "y" * 63

SCHEMA = f"""
CREATE TABLE lately (during tstzrange, gone boolean NOT NULL DEFAULT false,
    CONSTRAINT lately_apart EXCLUDE USING gist (during WITH &&) WHERE (NOT gone));
CREATE TABLE shapes (c circle, CONSTRAINT shapes_apart EXCLUDE USING gist (c WITH &&));
CREATE TABLE hashed (t text, CONSTRAINT hashed_once EXCLUDE USING hash (t WITH =));
CREATE TABLE several (a int, b text,
    CONSTRAINT several_once EXCLUDE USING btree (a WITH =, lower(b) WITH =));
CREATE TABLE "Order Items" ("%d" int4range NOT NULL, CONSTRAINT "50%" EXCLUDE USING gist
    ("%d" WITH &&));
CREATE TABLE "{LONG}" (a int, CONSTRAINT "{LONGER}" EXCLUDE USING btree (a WITH =));
CREATE TABLE unlike (a int, r int8range,
    CONSTRAINT unlike_a EXCLUDE USING spgist (r WITH &&));

CREATE TABLE silent (r int4range, CONSTRAINT silent_r
    EXCLUDE USING gist (r WITH &&) DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE silent DISABLE TRIGGER ALL;
CREATE TABLE rarely (r int4range, b text,
    CONSTRAINT rarely_r EXCLUDE USING gist (r WITH &&)
    WHERE (b ~ '^zq[0-9]+$' AND length(b) = 3 * 3));
"""

WITH_SCALARS = """
CREATE EXTENSION btree_gist;
CREATE TABLE bookings (room int NOT NULL, during tstzrange NOT NULL,
    CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&));
CREATE TABLE zoo (cage int, animal text,
    CONSTRAINT one_kind EXCLUDE USING gist (cage WITH =, animal WITH <>));
CREATE TABLE open_zoo (cage int, animal text,
    CONSTRAINT open_kind EXCLUDE USING gist (cage WITH =, animal WITH <>) DEFERRABLE);
ALTER TABLE open_zoo DISABLE TRIGGER ALL;
"""

TEMPORAL = """
CREATE EXTENSION btree_gist;
CREATE TABLE prices (id int, valid daterange,
    CONSTRAINT prices_pk PRIMARY KEY (id, valid WITHOUT OVERLAPS));
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("exclude"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("lately.lately_apart", id="ranges, with a condition"),
        pytest.param("hashed.hashed_once", id="hash"),
        pytest.param("several.several_once", id="expression"),
        pytest.param("Order Items.50%", id="exotic name"),
        pytest.param(f"{LONG}.{LONGER}", id="63 bytes"),
        pytest.param("unlike.unlike_a", id="spgist"),
    ],
)
def test_a_row_that_conflicts_is_refused_and_another_is_taken(project, name):
    """
    The evidence is the SQLSTATE, both rows, and the columns in which a row may differ.
    """
    proof = project.proof(CHECK, name)

    assert (proof.status, proof.violations) == ("proved", ())
    assert proof.seen[0].startswith("23P01 for ")
    assert "takes a row that differs in " in proof.seen[0]


def test_a_conflict_with_all_that_is_tried_is_proved_all_the_same(project):
    """
    Where no row is known that does not conflict, the refusal alone is told.
    """
    assert project.proof(CHECK, "shapes.shapes_apart").seen == (
        "23P01 for '<(0,0),1>' beside '<(0,0),1>'",
    )


def test_scalars_and_other_operators(tmp_path, bench):
    """
    A second row may have to be equal in one column and different in another.
    """
    project = bench(miniature(tmp_path, revisions=[WITH_SCALARS]))

    proofs = project.proofs(CHECK)

    seen = {name: proof.seen for name, proof in proofs.items()}
    (let_in,) = proofs["open_zoo.open_kind"].violations
    assert let_in.found == (
        "(cage = 1, animal = 'a@b.example') is accepted beside (cage = 1, animal = 'a')"
    )
    assert seen["bookings.no_overlap"][0].endswith("takes a row that differs in room or during")
    assert seen["zoo.one_kind"] == (
        "23P01 for (cage = 1, animal = 'a@b.example') beside (cage = 1, animal = 'a'), "
        "takes a row that differs in cage",
    )


def test_a_key_without_overlaps_is_an_exclusion_constraint(tmp_path, bench, schema_server):
    """
    WITHOUT OVERLAPS, new in PostgreSQL 18, refuses with 23P01 as an exclusion constraint does.
    """
    if schema_server.version < 180000:
        pytest.skip("WITHOUT OVERLAPS is new in PostgreSQL 18")
    project = bench(miniature(tmp_path, revisions=[TEMPORAL]))

    (proof,) = project.proofs(CHECK).values()

    assert proof.seen[0].startswith("23P01 for (id = ")
    assert proof.seen[0].endswith("takes a row that differs in id or valid")
    assert project.proofs("constraints/unique-refuses") == {}


def test_a_constraint_that_lets_a_conflict_in_is_a_violation(project):
    """
    With the triggers disabled that a deferrable constraint is kept by, both rows get in.
    """
    (found,) = project.proof(CHECK, "silent.silent_r").violations

    assert found.where == "silent.silent_r"
    assert found.found == "'[1,2)' is accepted beside '[1,2)'"


def test_a_condition_that_is_not_met_is_asked_for(project):
    """
    Where no row falls under the constraint, a hint is asked for.
    """
    proof = project.proof(CHECK, "rarely.rarely_r")

    assert proof.status == "skipped"
    assert "breaks = 'rarely_r'" in proof.skipped


def test_the_harm_is_real(project):
    """
    The constraint is listed as valid, and overlapping rows are there.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO silent VALUES ('[1,5)'), ('[2,6)')")
        overlaps = connection.execute(
            "SELECT count(*) FROM silent AS a, silent AS b WHERE a.r && b.r AND a.ctid < b.ctid"
        ).fetchone()
        valid = connection.execute(
            "SELECT convalidated FROM pg_constraint WHERE conname = 'silent_r'"
        ).fetchone()

    assert (overlaps, valid) == ((1,), (True,))
