"""health/integer-key-headroom: integers near the end of their type, and those that are not."""

import psycopg
import pytest

from tests.harness.checks.health.patients import (
    EXOTIC,
    LONG,
    another,
    examined,
    patient,
    revised,
    statement,
)

CHECK = "health/integer-key-headroom"

QUOTED = EXOTIC.replace('"', '""')
SCHEMA = f"""
CREATE SEQUENCE beyond;
CREATE TABLE narrow (id int DEFAULT nextval('beyond') PRIMARY KEY, n int);
SELECT setval('beyond', 2147483647);
CREATE TABLE plain (id serial PRIMARY KEY, n int);
SELECT setval('plain_id_seq', 2000000000);
CREATE TABLE small (id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int);
SELECT setval('small_id_seq', 32000);
CREATE SEQUENCE down INCREMENT -1;
CREATE TABLE negative (id int DEFAULT nextval('down') PRIMARY KEY);
SELECT setval('down', -2147480000);
CREATE SEQUENCE shared;
CREATE TABLE one (id bigint DEFAULT nextval('shared') PRIMARY KEY);
CREATE TABLE other (id int DEFAULT nextval('shared') PRIMARY KEY);
SELECT setval('shared', 2000000000);
CREATE TABLE by_hand (id int PRIMARY KEY);
INSERT INTO by_hand VALUES (1), (2147483000);
CREATE TABLE by_hand_below (id smallint PRIMARY KEY);
INSERT INTO by_hand_below VALUES (-32700), (5);
CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
INSERT INTO parted SELECT 2147480000 + n FROM generate_series(1, 50) n;
ANALYZE parted;
CREATE DOMAIN number AS int;
CREATE TABLE domained (id number DEFAULT nextval('beyond') PRIMARY KEY);
CREATE SCHEMA shop;
CREATE TABLE shop."{QUOTED}" ("{LONG}" serial);
SELECT setval(pg_get_serial_sequence('shop."{QUOTED.replace("'", "''")}"', '{LONG}'), 2147483000);

CREATE TABLE fresh (id serial PRIMARY KEY);
CREATE TABLE roomy (id bigserial PRIMARY KEY);
SELECT setval('roomy_id_seq', 5000000000);
CREATE TABLE marked (id serial PRIMARY KEY);
INSERT INTO marked VALUES (2147483647);
CREATE TABLE hashed (id int PRIMARY KEY, crc int UNIQUE);
INSERT INTO hashed VALUES (1, 2147483647), (2, -2147483648);
CREATE TABLE ended (id int GENERATED ALWAYS AS IDENTITY (MAXVALUE 100) PRIMARY KEY);
SELECT setval('ended_id_seq', 100);
CREATE TABLE turning (id smallint GENERATED ALWAYS AS IDENTITY (CYCLE));
SELECT setval('turning_id_seq', 32767);
CREATE TABLE empty (id int PRIMARY KEY);
CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b));
INSERT INTO pairs VALUES (2147483647, 1);
CREATE TABLE texts (id text DEFAULT nextval('beyond') PRIMARY KEY);
"""
LOUD = {
    "narrow.id": "100% of integer is used: beyond gave 2147483647 last, 0 numbers left",
    "plain.id": "93% of integer is used: plain_id_seq gave 2000000000 last, 147,483,647 numbers",
    "small.id": "98% of smallint is used: small_id_seq gave 32000 last, 767 numbers left",
    "negative.id": "100% of integer is used: down gave -2147480000 last, 3,648 numbers left",
    "other.id": "93% of integer is used: shared gave 2000000000 last",
    "by_hand.id": "100% of integer is used: the greatest is 2147483000, 647 numbers left",
    "by_hand_below.id": "100% of smallint is used: the least is -32700, 68 numbers left",
    "parted.id": "100% of integer is used: the greatest is 2147480050, 3,597 numbers left",
    "domained.id": "100% of integer is used: beyond gave 2147483647 last",
    f"shop.{EXOTIC}.{LONG}": "2147483000 last, 647 numbers left",
}
# The first stays what its domain is; the second nobody can change.
MENDED = [where for where in LOUD if where not in ("domained.id", "parted.id")]


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "keys", SCHEMA) as connection:
        yield connection


def test_what_is_nearly_full_is_reported_and_nothing_else(connection):
    """
    By sequence or by rows, up or down; not a mark, a hash, what its own sequence ends or turns.
    """
    findings = examined(CHECK, connection)

    assert {*findings.violations} == {*LOUD}
    for where, found in LOUD.items():
        assert found in findings.violations[where].found


@pytest.mark.parametrize("where", MENDED)
def test_the_fix_runs_and_ends_it(connection, where):
    """
    The statements are taken by the server as they stand.
    """
    violation = examined(CHECK, connection).violations[where]

    with connection.transaction(force_rollback=True):
        connection.execute(statement(violation.fix).encode())
        assert where not in examined(CHECK, connection).violations


def test_the_column_of_a_partition_key_is_not_widened(connection):
    """
    The server refuses it, and the fix says so.
    """
    fix = examined(CHECK, connection).violations["parted.id"].fix

    assert fix.startswith("PostgreSQL changes no column of a partition key: make a table like")
    with pytest.raises(psycopg.errors.InvalidTableDefinition):
        connection.execute("ALTER TABLE parted ALTER COLUMN id TYPE bigint")


def test_the_fix_runs_as_a_revision(own_databases):
    """
    Through Alembic's own operation, with a schema and names that need quotes.
    """
    where = f"shop.{EXOTIC}.{LONG}"
    with patient(own_databases, "revised keys", SCHEMA) as connection:
        revised(connection, examined(CHECK, connection).violations[where].fix)

        assert where not in examined(CHECK, connection).violations


def test_the_harm_is_real(own_databases):
    """
    The sequence is a bigint and goes on; the column does not take what it gives.
    """
    with (
        patient(own_databases, "keys", SCHEMA) as connection,
        pytest.raises(psycopg.errors.NumericValueOutOfRange),
    ):
        connection.execute("INSERT INTO narrow (n) VALUES (1)")


def test_of_rows_that_row_security_hides_nothing_is_said(own_databases):
    """
    The greatest of some of the rows is no evidence: the key is skipped, with what is missing.
    """
    role = f"{own_databases.prefix}_reader"
    rows = """
    CREATE TABLE notes (id int PRIMARY KEY);
    INSERT INTO notes VALUES (1), (2147483647);
    CREATE POLICY few ON notes USING (id < 10);
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    """
    with patient(own_databases, "hidden keys", rows) as connection:
        connection.execute(f"CREATE ROLE {role}")
        try:
            connection.execute(f"GRANT SELECT ON notes TO {role}")
            connection.execute(f"SET ROLE {role}")
            findings = examined(CHECK, connection)
        finally:
            connection.execute("RESET ROLE")
            connection.execute(f"DROP OWNED BY {role}")
            connection.execute(f"DROP ROLE {role}")

    assert findings.violations == {}
    assert "GRANT SELECT ON public.notes" in findings.skipped[0]
    assert "BYPASSRLS where row security is on" in findings.skipped[0]


def test_a_table_that_somebody_has_locked_is_not_waited_for(connection):
    """
    Its key is skipped, and the others are judged.
    """
    with another(connection) as holder, holder.transaction(force_rollback=True):
        holder.execute("LOCK TABLE by_hand IN ACCESS EXCLUSIVE MODE")
        findings = examined(CHECK, connection)

    assert {*findings.violations} == {*LOUD} - {"by_hand.id"}
    assert findings.skipped == (
        "not every integer column could be looked at: it needs an ANALYZE, or an index that nobody "
        "has locked",
    )
