"""health/sequence-headroom: sequences near their end, and what becomes of the next INSERT."""

import psycopg
import pytest

from tests.harness.checks.health.patients import EXOTIC, LONG, examined, patient, revised, statement

CHECK = "health/sequence-headroom"

QUOTED = EXOTIC.replace('"', '""')
SCHEMA = f"""
CREATE TABLE widened (id serial PRIMARY KEY, n int);
ALTER TABLE widened ALTER COLUMN id TYPE bigint;
SELECT setval('widened_id_seq', 2147483646);
CREATE TABLE identity (id bigint GENERATED ALWAYS AS IDENTITY (MAXVALUE 100) PRIMARY KEY, n int);
SELECT setval('identity_id_seq', 80);
CREATE SEQUENCE going_down INCREMENT -5 MINVALUE -100 MAXVALUE -1 START -1;
SELECT setval('going_down', -96);
CREATE SEQUENCE tickets MAXVALUE 10;
SELECT setval('tickets', 10);
CREATE SEQUENCE round_and_round MAXVALUE 10 CYCLE;
CREATE TABLE turns (id int DEFAULT nextval('round_and_round') PRIMARY KEY, n int);
SELECT setval('round_and_round', 10);
CREATE SEQUENCE "{QUOTED}" MAXVALUE 10;
SELECT setval('"{QUOTED.replace("'", "''")}"', 9);
CREATE SEQUENCE "{LONG}" AS smallint;
SELECT setval('"{LONG}"', 32000);

CREATE SEQUENCE never_asked MAXVALUE 1000;
CREATE SEQUENCE half MAXVALUE 100;
SELECT setval('half', 74);
CREATE SEQUENCE recycled MAXVALUE 10 CYCLE;
CREATE TABLE seats (number int DEFAULT nextval('recycled'), n int);
SELECT setval('recycled', 10);
CREATE TABLE plain (id serial PRIMARY KEY);
SELECT setval('plain_id_seq', 2147483646);
CREATE SEQUENCE from_below MINVALUE -1000 MAXVALUE 1000 START -1000;
SELECT setval('from_below', 0);
CREATE SEQUENCE begins_late MINVALUE 1 MAXVALUE 1000 START 990;
"""
LOUD = {
    "widened_id_seq": (
        "for widened.id: the last was 2147483646, it ends at 2147483647, 1 value left"
    ),
    "identity_id_seq": "for identity.id: the last was 80, it ends at 100, 20 values left",
    "going_down": "it has given 100% of its values: the last was -96, it ends at -100, 0 values",
    "tickets": "it has given 100% of its values: the last was 10, it ends at 10, 0 values left",
    "round_and_round": "for turns.id: the last was 10, it ends at 10",
    EXOTIC: "it has given 90% of its values: the last was 9, it ends at 10, 1 value left",
    LONG: "it has given 98% of its values: the last was 32000, it ends at 32767, 767 values left",
}


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "sequences", SCHEMA) as connection:
        yield connection


def test_what_is_nearly_used_up_is_reported_and_nothing_else(connection):
    """
    Also one that goes down or cycles through a key; not one that has room, or whose column ends.
    """
    findings = examined(CHECK, connection)

    assert {*findings.violations} == {*LOUD}
    for where, found in LOUD.items():
        assert found in findings.violations[where].found


@pytest.mark.parametrize("where", LOUD)
def test_the_fix_runs_and_ends_it(connection, where):
    """
    The statement is taken by the server as it stands, and the sequence goes on.
    """
    violation = examined(CHECK, connection).violations[where]

    with connection.transaction(force_rollback=True):
        connection.execute(statement(violation.fix).encode())
        assert where not in examined(CHECK, connection).violations


def test_the_fix_runs_as_a_revision(own_databases):
    """
    Also with a name that needs quotes in SQL, in Python, and in both.
    """
    with patient(own_databases, "revised sequences", SCHEMA) as connection:
        violation = examined(CHECK, connection).violations[EXOTIC]

        revised(connection, violation.fix)

        assert EXOTIC not in examined(CHECK, connection).violations


def test_the_harm_is_real(own_databases):
    """
    The column holds more, and the INSERT fails all the same.
    """
    with patient(own_databases, "sequences", SCHEMA) as connection:
        connection.execute("INSERT INTO widened (n) VALUES (1)")
        with (
            pytest.raises(psycopg.errors.SequenceGeneratorLimitExceeded, match="maximum"),
            connection.transaction(),
        ):
            connection.execute("INSERT INTO widened (n) VALUES (2)")
        with pytest.raises(psycopg.errors.SequenceGeneratorLimitExceeded, match="minimum"):
            connection.execute("SELECT nextval('going_down')")


def test_a_cycle_meets_its_own_keys(own_databases):
    """
    A sequence that begins anew gives a number that its primary key has.
    """
    with patient(own_databases, "sequences", SCHEMA) as connection:
        connection.execute("INSERT INTO turns VALUES (1)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO turns (n) VALUES (1)")


def test_what_the_role_may_not_read_is_skipped_with_the_grant(own_databases):
    """
    And judged once it has been granted.
    """
    role = f"{own_databases.prefix}_reader"
    with patient(own_databases, "hidden sequences", "CREATE SEQUENCE s MAXVALUE 2") as connection:
        connection.execute(f"CREATE ROLE {role}")
        try:
            connection.execute("SELECT setval('s', 2)")
            connection.execute(f"SET ROLE {role}")
            (skipped,) = examined(CHECK, connection).skipped
            connection.execute("RESET ROLE")
            connection.execute(f"GRANT SELECT ON SEQUENCE public.s TO {role}")
            connection.execute(f"SET ROLE {role}")
            granted = examined(CHECK, connection)
        finally:
            connection.execute("RESET ROLE")
            connection.execute(f"DROP OWNED BY {role}")
            connection.execute(f"DROP ROLE {role}")

    assert "needs GRANT SELECT ON SEQUENCE public.s" in skipped
    assert ([*granted.violations], granted.skipped) == (["s"], ())
