"""health/row-security-off: policies that apply, and policies that do not."""

import pytest

from tests.harness.checks.health.patients import EXOTIC, examined, patient, revised, statement

CHECK = "health/row-security-off"

QUOTED = EXOTIC.replace('"', '""')
SCHEMA = f"""
CREATE TABLE notes (author text);
INSERT INTO notes VALUES ('somebody else');
CREATE POLICY own ON notes USING (author = current_user);
CREATE POLICY write_own ON notes FOR INSERT WITH CHECK (author = current_user);
CREATE SCHEMA shop;
CREATE TABLE shop."{QUOTED}" (id int);
CREATE POLICY "{QUOTED}" ON shop."{QUOTED}" USING (id > 0);

CREATE TABLE guarded (author text);
CREATE POLICY own ON guarded USING (author = current_user);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE TABLE closed (id int);
ALTER TABLE closed ENABLE ROW LEVEL SECURITY;
CREATE TABLE open (id int);
"""


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "policies", SCHEMA) as connection:
        yield connection


def test_policies_that_do_not_apply_are_reported(connection):
    """
    Row security that is on, with policies or without, is silent; so is a table without either.
    """
    violations = examined(CHECK, connection).violations

    assert {*violations} == {"notes", f"shop.{EXOTIC}"}
    assert violations["notes"].found == (
        "notes has 2 policies (own, write_own), and row security is not enabled"
    )


def test_the_harm_is_real_and_the_fix_ends_it(connection, own_databases):
    """
    Another role reads what the policy says it does not, until the statement has run.
    """
    role = f"{own_databases.prefix}_reader"
    (violation,) = [examined(CHECK, connection).violations["notes"]]
    with connection.transaction(force_rollback=True):
        connection.execute(f"CREATE ROLE {role}; GRANT SELECT ON notes TO {role}".encode())
        read = []
        for fix in ("SELECT", statement(violation.fix)):
            connection.execute(fix.encode())
            connection.execute(f"SET ROLE {role}")
            read.append(connection.execute("SELECT author FROM notes").fetchall())
            connection.execute("RESET ROLE")
        after = examined(CHECK, connection).violations

    assert read == [[("somebody else",)], []]
    assert "notes" not in after


def test_the_fix_runs_as_a_revision(own_databases):
    """
    Also with names that need quotes.
    """
    with patient(own_databases, "revised policies", SCHEMA) as connection:
        for violation in examined(CHECK, connection).violations.values():
            revised(connection, violation.fix)
        after = examined(CHECK, connection)

    assert after.violations == {}
    assert after.seen == ("4 policies, row security on for 4 tables",)
