"""references/set-null-on-not-null: actions that write what a column takes, and others."""

import psycopg
import pytest

from tests.harness.miniature import miniature

CHECK = "references/set-null-on-not-null"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE parents (id int PRIMARY KEY, code text UNIQUE);
CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b));
INSERT INTO parents VALUES (7, 'there');
CREATE DOMAIN given AS int NOT NULL;

CREATE TABLE plain (parent_id int REFERENCES parents ON DELETE SET NULL);
CREATE TABLE cascading (parent_id int NOT NULL REFERENCES parents ON DELETE CASCADE);
CREATE TABLE half (a int NOT NULL, b int,
    FOREIGN KEY (a, b) REFERENCES pairs ON DELETE SET NULL (b));
CREATE TABLE defaulted (parent_id int NOT NULL DEFAULT 7 REFERENCES parents ON DELETE SET DEFAULT);
CREATE TABLE without (parent_id int REFERENCES parents ON DELETE SET DEFAULT);

CREATE TABLE refusing (parent_id int NOT NULL REFERENCES parents ON DELETE SET NULL);
CREATE TABLE on_update (parent_id int NOT NULL REFERENCES parents ON UPDATE SET NULL);
CREATE TABLE keyed (parent_id int PRIMARY KEY REFERENCES parents ON DELETE SET NULL);
CREATE TABLE by_domain (parent_id given REFERENCES parents ON DELETE SET NULL);
CREATE TABLE whole (a int NOT NULL, b int, FOREIGN KEY (a, b) REFERENCES pairs ON DELETE SET NULL);
CREATE TABLE bare (parent_id int NOT NULL REFERENCES parents ON DELETE SET DEFAULT);
CREATE SEQUENCE numbers;
CREATE TABLE counting (parent_id int NOT NULL DEFAULT nextval('numbers')
    REFERENCES parents ON DELETE SET DEFAULT);
CREATE TABLE "Order Items" ("select" int NOT NULL REFERENCES parents ON DELETE SET NULL);
CREATE TABLE "{LONG}" ("{LONG}" int NOT NULL REFERENCES parents ON DELETE SET NULL);

CREATE TABLE elsewhere (parent_id int NOT NULL DEFAULT 8
    REFERENCES parents ON DELETE SET DEFAULT);
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("set_null"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        pytest.param(
            "plain.parent_id", "ON DELETE SET NULL writes what may be NULL", id="nullable"
        ),
        pytest.param(
            "half.(a, b)", "ON DELETE SET NULL writes what may be NULL", id="nullable half of it"
        ),
        pytest.param(
            "cascading.parent_id", "no action of it writes the referencing columns", id="CASCADE"
        ),
        pytest.param(
            "defaulted.parent_id",
            "ON DELETE SET DEFAULT: the migrations make that parent",
            id="default that is there",
        ),
        pytest.param(
            "without.parent_id",
            "ON DELETE SET DEFAULT writes NULL, which is taken",
            id="no default, nullable",
        ),
    ],
)
def test_an_action_that_can_be_carried_out_is_silent(project, key, seen):
    """
    What the action writes, the column takes.
    """
    proof = project.proof(CHECK, key)

    assert (proof.status, proof.violations, proof.seen) == ("proved", (), (seen,))


@pytest.mark.parametrize(
    ("key", "found"),
    [
        pytest.param(
            "refusing.parent_id",
            "ON DELETE SET NULL writes NULL to parent_id, and parent_id is NOT NULL",
            id="NOT NULL",
        ),
        pytest.param(
            "on_update.parent_id",
            "ON UPDATE SET NULL writes NULL to parent_id, and parent_id is NOT NULL",
            id="ON UPDATE",
        ),
        pytest.param(
            "keyed.parent_id",
            "ON DELETE SET NULL writes NULL to parent_id, and parent_id is NOT NULL",
            id="primary key",
        ),
        pytest.param(
            "by_domain.parent_id",
            "ON DELETE SET NULL writes NULL to parent_id, and parent_id is NOT NULL",
            id="domain that is NOT NULL",
        ),
        pytest.param(
            "whole.(a, b)",
            "ON DELETE SET NULL writes NULL to a, and a is NOT NULL",
            id="half of a composite key",
        ),
        pytest.param(
            "bare.parent_id",
            "ON DELETE SET DEFAULT writes NULL to parent_id, and parent_id is NOT NULL",
            id="SET DEFAULT without a default",
        ),
        pytest.param(
            "counting.parent_id",
            "ON DELETE SET DEFAULT writes nextval('public.numbers'::regclass) to parent_id, "
            "and no parent has such a key",
            id="default that is never there",
        ),
        pytest.param(
            "Order Items.select",
            "ON DELETE SET NULL writes NULL to select, and select is NOT NULL",
            id="exotic name",
        ),
        pytest.param(
            f"{LONG}.{LONG}",
            f"ON DELETE SET NULL writes NULL to {LONG}, and {LONG} is NOT NULL",
            id="63 bytes",
        ),
    ],
)
def test_an_action_that_must_fail_is_a_violation(project, key, found):
    """
    The violation says what is written to which column.
    """
    (violation,) = project.proof(CHECK, key).violations

    assert (violation.where, violation.found) == (key, found)


def test_a_parent_that_only_the_data_could_tell_of_is_asked_for(project):
    """
    A default that no revision's row has may still be there in production.
    """
    proof = project.proof(CHECK, "elsewhere.parent_id")

    assert (proof.status, proof.violations) == ("skipped", ())
    assert "needs a row of parents that the migrations do not make (parent_id = 8)" in proof.skipped


@pytest.mark.parametrize(
    ("table", "statement", "error"),
    [
        ("refusing", "DELETE FROM parents WHERE id = 1", psycopg.errors.NotNullViolation),
        ("bare", "DELETE FROM parents WHERE id = 1", psycopg.errors.NotNullViolation),
        ("counting", "DELETE FROM parents WHERE id = 1", psycopg.errors.ForeignKeyViolation),
        ("on_update", "UPDATE parents SET id = 2 WHERE id = 1", psycopg.errors.NotNullViolation),
    ],
)
def test_the_harm_is_real(project, table, statement, error):
    """
    With one child the parent cannot be deleted or changed, whatever the key declares.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO parents VALUES (1)")
        connection.execute(f"INSERT INTO {table} VALUES (1)")

        with pytest.raises(error):
            connection.execute(statement)
