"""references/not-valid-constraint: halves of a change that were never finished."""

import psycopg
import pytest

from tests.harness.miniature import miniature

CHECK = "references/not-valid-constraint"

LONG = "x" * 63

GOOD = """
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE children (parent_id int REFERENCES parents, n int NOT NULL CHECK (n > 0));
ALTER TABLE children ADD CONSTRAINT later CHECK (n < 100) NOT VALID;
ALTER TABLE children VALIDATE CONSTRAINT later;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
"""


def test_validated_constraints_are_silent(tmp_path, bench):
    """
    What was NOT VALID and was validated is as good as any other.
    """
    proof = bench(miniature(tmp_path, revisions=[GOOD])).proof(CHECK)

    assert (proof.status, proof.violations) == ("proved", ())
    assert proof.seen == ("4 foreign keys and conditions, all validated",)


@pytest.mark.parametrize(
    ("ddl", "where", "found"),
    [
        pytest.param(
            "ALTER TABLE children ADD CONSTRAINT fk FOREIGN KEY (n) REFERENCES parents NOT VALID",
            "children.fk",
            "the foreign key of children is NOT VALID",
            id="foreign key",
        ),
        pytest.param(
            "ALTER TABLE children ADD CONSTRAINT small CHECK (n < 10) NOT VALID",
            "children.small",
            "the check constraint of children is NOT VALID",
            id="CHECK",
        ),
        pytest.param(
            "ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 10) NOT VALID",
            "positive.small",
            "the check of positive is NOT VALID",
            id="domain",
        ),
        pytest.param(
            'ALTER DOMAIN positive ADD CONSTRAINT "a ""b"" CHECK (" CHECK (VALUE < 9) NOT VALID',
            'positive.a "b" CHECK (',
            "the check of positive is NOT VALID",
            id="exotic name of a domain's check",
        ),
        pytest.param(
            f'CREATE TABLE "Order Items" (n int);'
            f'ALTER TABLE "Order Items" ADD CONSTRAINT "{LONG}" CHECK (n < 10) NOT VALID',
            f"Order Items.{LONG}",
            "the check constraint of Order Items is NOT VALID",
            id="exotic name",
        ),
    ],
)
def test_what_was_never_validated_is_a_violation_that_its_fix_ends(
    tmp_path, bench, ddl, where, found
):
    """
    Each constraint is named, and the statement that the fix proposes runs.
    """
    project = bench(miniature(tmp_path, revisions=[GOOD, ddl]))

    (violation,) = project.violations(CHECK)
    with project.connection() as connection:
        connection.execute(violation.fix.partition(": ")[2].partition(";")[0])

    assert (violation.where, violation.found) == (where, found)


def test_a_not_null_that_is_not_valid_is_a_violation(tmp_path, bench, schema_server):
    """
    NOT NULL … NOT VALID is new in PostgreSQL 18.
    """
    if schema_server.version < 180000:
        pytest.skip("a NOT NULL that is NOT VALID is new in PostgreSQL 18")
    ddl = "ALTER TABLE children ADD CONSTRAINT given NOT NULL parent_id NOT VALID"
    project = bench(miniature(tmp_path, revisions=[GOOD, ddl]))

    (violation,) = project.violations(CHECK)

    assert (violation.where, violation.found) == (
        "children.given",
        "the NOT NULL of children is NOT VALID",
    )


def test_what_is_not_enforced_is_no_half_of_anything(tmp_path, bench, schema_server):
    """
    NOT ENFORCED, new in PostgreSQL 18, is what other checks speak of.
    """
    if schema_server.version < 180000:
        pytest.skip("NOT ENFORCED is new in PostgreSQL 18")
    ddl = "ALTER TABLE children ADD CONSTRAINT loose CHECK (n < 10) NOT ENFORCED"

    assert bench(miniature(tmp_path, revisions=[GOOD, ddl])).violations(CHECK) == []


def test_the_harm_is_real(tmp_path, bench):
    """
    The orphan stays, a join loses it, and the constraint cannot be validated any more.
    """
    ddl = """
    CREATE TABLE old (parent_id int);
    INSERT INTO old VALUES (4711);
    ALTER TABLE old ADD CONSTRAINT old_fk FOREIGN KEY (parent_id) REFERENCES parents NOT VALID;
    """
    project = bench(miniature(tmp_path, revisions=[GOOD, ddl]))
    assert [one.where for one in project.violations(CHECK)] == ["old.old_fk"]

    with project.connection() as connection:
        joined = connection.execute(
            "SELECT * FROM old JOIN parents ON parents.id = parent_id"
        ).fetchall()
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("ALTER TABLE old VALIDATE CONSTRAINT old_fk")

    assert joined == []
