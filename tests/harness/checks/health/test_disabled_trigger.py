"""health/disabled-trigger: keys that look like keys, and sessions that know none."""

import psycopg
import pytest

from schemaproof.vitals import read_vitals
from tests.harness.checks.health.patients import (
    EXOTIC,
    another,
    examined,
    judged,
    patient,
    revised,
)

CHECK = "health/disabled-trigger"

QUOTED = EXOTIC.replace('"', '""')
SCHEMA = f"""
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE children (parent_id int CONSTRAINT fk REFERENCES parents ON DELETE CASCADE);
ALTER TABLE children DISABLE TRIGGER ALL;
CREATE TABLE owners (id int PRIMARY KEY);
CREATE TABLE owned (owner_id int CONSTRAINT fk REFERENCES owners ON DELETE CASCADE);
ALTER TABLE owners DISABLE TRIGGER ALL;
CREATE SCHEMA shop;
CREATE TABLE shop."{QUOTED}" (id int PRIMARY KEY, up int CONSTRAINT "{QUOTED}"
    REFERENCES shop."{QUOTED}");
ALTER TABLE shop."{QUOTED}" DISABLE TRIGGER ALL;

CREATE TABLE kept (parent_id int REFERENCES parents);
ALTER TABLE kept DISABLE TRIGGER ALL;
ALTER TABLE kept ENABLE TRIGGER ALL;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER own BEFORE INSERT ON kept FOR EACH ROW EXECUTE FUNCTION nothing();
ALTER TABLE kept DISABLE TRIGGER USER;
"""
LOUD = {"children.fk", "owned.fk", f"shop.{EXOTIC}.{EXOTIC}"}


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "triggers", SCHEMA) as connection:
        yield connection


def test_a_key_that_nobody_keeps_is_reported(connection):
    """
    Switched off on either of its tables; not a trigger of somebody's own, nor one on again.
    """
    violations = examined(CHECK, connection).violations

    assert {*violations} == LOUD
    assert violations["children.fk"].found == (
        "the triggers by which PostgreSQL keeps the foreign key are disabled, origin"
    )


def test_the_harm_is_real(connection):
    """
    An orphan comes in; a parent goes and its child stays.
    """
    with connection.transaction(force_rollback=True):
        connection.execute("INSERT INTO children VALUES (4711)")
        connection.execute("INSERT INTO owners VALUES (1)")
        connection.execute("INSERT INTO owned VALUES (1)")
        connection.execute("DELETE FROM owners")
        left = connection.execute("SELECT owner_id FROM owned").fetchall()

    assert left == [(1,)]


def test_the_fix_runs_as_a_revision_and_the_key_is_kept_again(own_databases):
    """
    On both tables of the key.
    """
    with patient(own_databases, "revised triggers", SCHEMA) as connection:
        for violation in examined(CHECK, connection).violations.values():
            revised(connection, violation.fix)
        after = examined(CHECK, connection)
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("INSERT INTO children VALUES (4711)")

    assert after.violations == {}


def test_a_role_whose_sessions_fire_nothing_is_reported(own_databases):
    """
    Set for a role in this database, or for all of it; not for another. An orphan comes in.
    """
    role = f"{own_databases.prefix}_loader"
    setting = "SET session_replication_role = replica"
    schema = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p)"
    with patient(own_databases, "replica", schema) as connection:
        here = connection.info.dbname
        connection.execute(f"CREATE ROLE {role}")
        try:
            sane = examined(CHECK, connection)
            connection.execute(f"ALTER ROLE {role} IN DATABASE {here} {setting}")
            connection.execute(f"ALTER ROLE {role} IN DATABASE postgres {setting}")
            by_role = examined(CHECK, connection).violations
            connection.execute(f"ALTER DATABASE {here} {setting}")
            with another(connection) as afflicted:
                afflicted.execute("INSERT INTO c VALUES (4711)")
            by_both = judged(CHECK, connection, read_vitals(connection)).violations
        finally:
            connection.execute(f"DROP ROLE {role}")

    assert (sane.violations, len(sane.seen)) == ({}, 1)
    assert [*by_role] == [role]
    assert by_role[role].found == (
        f"sessions of the role {role} begin with session_replication_role = replica in this "
        "database"
    )
    assert {*by_both} == {role, "session_replication_role"}
