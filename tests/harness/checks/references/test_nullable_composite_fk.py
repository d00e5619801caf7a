"""references/nullable-composite-fk: halves that are let in, and halves that are not."""

import pytest

from tests.harness.miniature import miniature

CHECK = "references/nullable-composite-fk"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE nodes (tenant_id int NOT NULL REFERENCES tenants, id int, PRIMARY KEY (tenant_id, id));

CREATE TABLE single (id int PRIMARY KEY, single_id int REFERENCES single);
CREATE TABLE required (a int NOT NULL, b int NOT NULL, FOREIGN KEY (a, b) REFERENCES pairs);
CREATE TABLE fully (a int, b int, FOREIGN KEY (a, b) REFERENCES pairs MATCH FULL);
CREATE TABLE checked (a int, b int, FOREIGN KEY (a, b) REFERENCES pairs,
    CHECK (num_nulls(a, b) IN (0, 2)));
CREATE TABLE optional (tenant_id int NOT NULL REFERENCES tenants, parent_id int,
    FOREIGN KEY (tenant_id, parent_id) REFERENCES nodes);
INSERT INTO tenants VALUES (0), (1), (2);
CREATE TABLE own (tenant_id int REFERENCES tenants, id int, parent_id int,
    PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, parent_id) REFERENCES own);
CREATE DOMAIN given AS int NOT NULL;
CREATE TABLE by_domain (a given, b given, FOREIGN KEY (a, b) REFERENCES pairs);

CREATE TABLE silent (a int, b int, FOREIGN KEY (a, b) REFERENCES pairs);
ALTER TABLE silent DISABLE TRIGGER ALL;
CREATE TABLE halves (a int, b int, FOREIGN KEY (a, b) REFERENCES pairs);
CREATE TABLE one_half (a int NOT NULL, b int, FOREIGN KEY (a, b) REFERENCES pairs);
CREATE TABLE bounded (a int CHECK (a > 1000), b int CHECK (b IS NULL OR b > 2000),
    FOREIGN KEY (a, b) REFERENCES pairs);
CREATE TABLE "Order Items" ("select" int, "50%" int,
    FOREIGN KEY ("select", "50%") REFERENCES pairs);
CREATE TABLE "{LONG}" ("{LONG}" int, b int, FOREIGN KEY ("{LONG}", b) REFERENCES pairs);
"""

SILENT = "a half that is NULL lets no other half in that names nothing"


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("halves"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        pytest.param("single.single_id", "no half of it can be NULL", id="one column"),
        pytest.param("required.(a, b)", "no half of it can be NULL", id="NOT NULL"),
        pytest.param("by_domain.(a, b)", "no half of it can be NULL", id="domain that is NOT NULL"),
        pytest.param("fully.(a, b)", SILENT, id="MATCH FULL"),
        pytest.param("checked.(a, b)", SILENT, id="CHECK for all or nothing"),
        pytest.param("optional.(tenant_id, parent_id)", SILENT, id="the rest is another key's"),
        pytest.param("own.(tenant_id, parent_id)", SILENT, id="to itself, and there are tenants"),
    ],
)
def test_a_key_that_lets_no_orphan_in_is_silent(project, key, seen):
    """
    The server refuses the half, or another key looks at it.
    """
    proof = project.proof(CHECK, key)

    assert (proof.status, proof.violations, proof.seen) == ("proved", (), (seen,))


@pytest.mark.parametrize(
    ("key", "half"),
    [
        pytest.param("halves.(a, b)", "a = NULL, b = 0", id="both may be NULL"),
        pytest.param("one_half.(a, b)", "a = 1, b = NULL", id="one may be NULL"),
        pytest.param("bounded.(a, b)", "a = NULL, b = 2001", id="with a CHECK"),
        pytest.param("Order Items.(select, 50%)", "select = NULL, 50% = 0", id="exotic name"),
        pytest.param(f"{LONG}.({LONG}, b)", f"{LONG} = NULL, b = 0", id="63 bytes"),
    ],
)
def test_a_half_that_names_nothing_is_a_violation(project, key, half):
    """
    The violation shows the row that was accepted.
    """
    (violation,) = project.proof(CHECK, key).violations

    assert violation.where == key
    assert violation.found == (
        f"a row with {half} is accepted, and no row of pairs has what it names"
    )


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        pytest.param(
            "halves.(a, b)",
            "Make a, b NOT NULL, or halves_a_b_fkey MATCH FULL, "
            "or add CHECK (num_nulls(a, b) IN (0, 2)).",
            id="both may be NULL",
        ),
        pytest.param(
            "one_half.(a, b)",
            "Make b NOT NULL, or give a a foreign key of its own.",
            id="one may be NULL: MATCH FULL would make it NOT NULL",
        ),
    ],
)
def test_the_fix_is_for_the_columns_that_may_be_null(project, key, fix):
    (violation,) = project.proof(CHECK, key).violations

    assert violation.fix == fix


def test_a_key_that_is_not_enforced_is_anothers_to_tell(project):
    """
    One fault is told once.
    """
    proof = project.proof(CHECK, "silent.(a, b)")

    assert (proof.status, proof.violations) == ("skipped", ())


def test_the_harm_is_real(project):
    """
    Half a reference is stored, a join loses it, and filling in the other half fails.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO halves VALUES (4711, NULL)")
        joined = connection.execute("SELECT * FROM halves JOIN pairs USING (a)").fetchall()
        with pytest.raises(Exception, match="violates foreign key constraint"):
            connection.execute("UPDATE halves SET b = 1")

    assert joined == []


def test_the_remedy_is_one(project):
    """
    What the fix proposes refuses the same row.
    """
    with project.connection() as connection:
        connection.execute(
            "ALTER TABLE halves ADD CHECK (num_nulls(a, b) IN (0, 2));"
            "INSERT INTO halves VALUES (NULL, NULL)"
        )
        with pytest.raises(Exception, match="violates check constraint"):
            connection.execute("INSERT INTO halves VALUES (4711, NULL)")
