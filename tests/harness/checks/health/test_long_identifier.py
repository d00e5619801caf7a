"""health/long-identifier: names that were cut, and names that only are long."""

import warnings

import pytest

from tests.harness.checks.health.patients import examined, patient, revised

CHECK = "health/long-identifier"

LONG = "t" * 63
CUT = "membership_invitations_of_organisations_by_status_and_created_a"
HEBREW = "\u05d0" * 31
FACE = "\U0001f600" * 15
SCHEMA = f"""
CREATE TABLE "{LONG}" (a int);
CREATE TABLE t (id int CONSTRAINT pk_t PRIMARY KEY, a int, b int);
CREATE INDEX {CUT}t ON t (a);
CREATE TABLE "{HEBREW}" (id int);
CREATE TABLE memberships_of_people_in_organisations_and_more (
    invitation_is_accepted_at timestamptz UNIQUE, n serial CONSTRAINT n_key UNIQUE
);
CREATE TABLE columns ("{"c" * 63}" int, CONSTRAINT "{"k" * 63}" CHECK (true));
CREATE FUNCTION "{"f" * 63}"(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE "{"e" * 63}" AS ENUM ('a');
CREATE VIEW "{"v" * 63}" AS SELECT 1 AS one;
CREATE POLICY "{"p" * 63}" ON t USING (true);
CREATE TABLE "{FACE}" (id int);

CREATE TABLE "{"s" * 62}" (id int);
CREATE TABLE "{HEBREW[:30]}x" (id int);
CREATE TABLE parted (a int, CONSTRAINT "c" CHECK (a > 0)) PARTITION BY RANGE (a);
CREATE TABLE people_of_organisations_and_everything_that_is_theirs (
    the_number bigint GENERATED ALWAYS AS IDENTITY
);
"""
MADE_UP = "memberships_of_people_in_organ_invitation_is_accepted_at_key"
TABLE = "memberships_of_people_in_organisations_and_more"


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "names", SCHEMA) as connection:
        yield connection


def test_what_may_have_been_cut_is_reported_and_nothing_else(connection):
    """
    Of every kind; also where the next character would have had more bytes than were left.
    """
    violations = examined(CHECK, connection).violations

    assert {*violations} == {
        LONG,
        CUT,
        f'"{HEBREW}"',
        f'"{FACE}"',
        f"columns.{'c' * 63}",
        f"columns.{'k' * 63}",
        f"{'f' * 63}(integer)",
        "e" * 63,
        "v" * 63,
        f"t.{'p' * 63}",
    } | {one for one in violations if one.startswith(f"{TABLE}.")}
    assert violations[f'"{HEBREW}"'].found.startswith("the name of the table has 62 of 63 bytes")


def test_a_name_that_was_made_up_is_known_as_such(connection):
    """
    PostgreSQL cuts the table's and the column's name so that both fit.
    """
    (made_up,) = [one for one in examined(CHECK, connection).violations if TABLE in one]

    violation = examined(CHECK, connection).violations[made_up]

    assert violation.where.endswith("_key")
    assert "PostgreSQL made the name up, and cut the names of table and column" in violation.found


def test_the_harm_is_real(connection):
    """
    A second index with another name is taken for the first, and is not made.
    """
    with connection.transaction(force_rollback=True):
        connection.execute(f"CREATE INDEX IF NOT EXISTS {CUT}nother_column ON t (b)")
        made = connection.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 't' AND indexdef LIKE '%(b)'"
        ).fetchall()

    assert made == []


def test_the_fix_runs_as_a_revision_for_every_kind(own_databases):
    """
    A table, a column, a constraint, an index, a function, a type, a view, a policy is renamed.
    """
    with patient(own_databases, "revised names", SCHEMA) as connection:
        for where in examined(CHECK, connection).violations:
            # What belongs to a table is spoken of by a name that may have changed meanwhile.
            now = examined(CHECK, connection).violations
            with warnings.catch_warnings():
                if where in now:
                    revised(connection, now[where].fix)
        after = examined(CHECK, connection)

    assert after.violations == {}
    assert "the longest of 62 bytes" in after.seen[0]
