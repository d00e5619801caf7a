"""health/wider-privileges: what was granted to everybody, and what was not."""

import psycopg
import pytest

from tests.harness.checks.health.patients import EXOTIC, examined, patient, revised, statement

CHECK = "health/wider-privileges"

QUOTED = EXOTIC.replace('"', '""')
SCHEMA = f"""
CREATE TABLE invoices (id int, total int);
GRANT SELECT, UPDATE ON invoices TO PUBLIC;
CREATE TABLE people (name text, salary int);
GRANT SELECT (salary), UPDATE (salary) ON people TO PUBLIC;
CREATE VIEW shown AS SELECT 1 AS one;
GRANT ALL ON shown TO PUBLIC;
CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one;
GRANT SELECT ON kept TO PUBLIC;
CREATE SEQUENCE numbers;
GRANT USAGE ON SEQUENCE numbers TO PUBLIC;
CREATE SCHEMA anybodys;
GRANT CREATE, USAGE ON SCHEMA anybodys TO PUBLIC;
CREATE SCHEMA shop;
CREATE TABLE shop."{QUOTED}" ("{QUOTED}" int);
GRANT INSERT ON shop."{QUOTED}" TO PUBLIC;
GRANT SELECT ("{QUOTED}") ON shop."{QUOTED}" TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;

CREATE TABLE plain (id int);
GRANT SELECT ON plain TO pg_monitor;
CREATE TABLE guarded (id int);
GRANT SELECT (id), INSERT ON guarded TO PUBLIC;
GRANT SELECT ON guarded TO PUBLIC;
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA shop TO PUBLIC;
CREATE TABLE taken_back (id int);
GRANT SELECT ON taken_back TO PUBLIC;
REVOKE SELECT ON taken_back FROM PUBLIC;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
"""
NAME = f'shop."{QUOTED}"'
LOUD = {
    "invoices": "PUBLIC has SELECT, UPDATE on the table",
    "people.salary": "PUBLIC has SELECT, UPDATE on the column",
    "shown": "SELECT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER",
    "kept": "PUBLIC has SELECT on the materialized view",
    "numbers": "PUBLIC has USAGE on the sequence",
    "anybodys": "PUBLIC has CREATE on the schema",
    NAME: "PUBLIC has INSERT on the table",
    f'{NAME}."{QUOTED}"': "PUBLIC has SELECT on the column",
    "tables of postgres in shop": "PUBLIC has SELECT on every one of the tables that postgres",
}


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "grants", SCHEMA) as connection:
        yield connection


def named(where, connection):
    """The role that owns all of it is not everywhere called the same."""
    return where.replace("postgres", connection.info.user)


def test_what_everybody_may_is_reported_and_nothing_else(connection):
    """
    Also what is made later; not row security's business, a named role's, or an extension's.
    """
    violations = examined(CHECK, connection).violations

    assert {*violations} == {named(where, connection) for where in LOUD}
    for where, found in LOUD.items():
        told = violations[named(where, connection)].found
        assert all(word in told for word in named(found, connection).split(", "))


def test_the_harm_is_real_and_the_fix_ends_it(connection, own_databases):
    """
    A role that nobody thought of changes an invoice, until the statement has run.
    """
    role = f"{own_databases.prefix}_newcomer"
    fix = examined(CHECK, connection).violations["invoices"].fix
    with connection.transaction(force_rollback=True):
        connection.execute(f"CREATE ROLE {role}; SET ROLE {role}".encode())
        connection.execute("UPDATE invoices SET total = 0")
        connection.execute("RESET ROLE")
        connection.execute(statement(fix).encode())
        connection.execute(f"SET ROLE {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute("UPDATE invoices SET total = 0")
        connection.execute("RESET ROLE")


def test_the_fix_runs_as_a_revision_for_every_kind(own_databases):
    """
    What is revoked is revoked: nothing is left to report.
    """
    with patient(own_databases, "revised grants", SCHEMA) as connection:
        for violation in examined(CHECK, connection).violations.values():
            revised(connection, violation.fix)
        after = examined(CHECK, connection)

    assert after.violations == {}
    assert "none of them open to PUBLIC" in after.seen[0]
