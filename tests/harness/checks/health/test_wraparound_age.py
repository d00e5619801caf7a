"""health/wraparound-age: a database that runs out of numbers, on a server of its own."""

from dataclasses import replace

import psycopg
import pytest

from schemaproof.vitals import read_vitals
from tests.harness.checks.health.patients import EXOTIC, examined, judged
from tests.harness.own_server import has_program, own_server

CHECK = "health/wraparound-age"

# The least that the server takes.
FREEZE = {"autovacuum_freeze_max_age": "100000", "max_prepared_transactions": "1"}
BURN = "DO $$ BEGIN FOR n IN 1..200100 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$"
SEGMENT = 2**20  # transactions whose state one file of pg_xact holds, in 2 bits each


def hold_back(connection):
    """Leave a transaction behind which no VACUUM may overtake."""
    connection.execute("CREATE TABLE t (a int)")
    connection.execute("BEGIN")
    connection.execute("INSERT INTO t VALUES (1)")
    connection.execute("PREPARE TRANSACTION 'forgotten'")


def test_a_database_that_nobody_freezes_is_reported_until_somebody_does():
    """
    Beyond twice the age at which autovacuum begins; what holds it back must go first.
    """
    with own_server(**FREEZE) as server, server.connect() as connection:
        hold_back(connection)
        young = examined(CHECK, connection)
        connection.execute(BURN)
        old = examined(CHECK, connection).violations
        connection.execute("ROLLBACK PREPARED 'forgotten'")
        for name in old:
            fix = old[name].fix.partition("in no revision: ")[2].rstrip(".")
            with psycopg.connect(connection.info.dsn, dbname=name, autocommit=True) as there:
                there.execute(fix.encode())
                there.execute("VACUUM (FREEZE)")
        after = examined(CHECK, connection)

    assert young.violations == {}
    assert {*old} == {"postgres", "template1"}
    assert "transactions old, first of all of t: more than 200,000" in old["postgres"].found
    assert "first of all" not in old["template1"].found
    assert after.violations == {}


def test_multixacts_and_the_failsafe_count_as_well(own_databases):
    """
    Whichever limit comes first, of whichever count; the name of a database is only a name.
    """
    with own_databases.clone() as database, database.connect(autocommit=True) as connection:
        vitals = read_vitals(connection)
        (this,) = [one for one in vitals.databases if one.is_this]
        limits = vitals.limits
        ages = {
            "healthy": {"frozen_age": 2 * limits.freeze_max_age},
            "late": {"frozen_age": 2 * limits.freeze_max_age + 1},
            EXOTIC: {"multixact_age": 2 * limits.multixact_freeze_max_age + 1},
        }
        databases = tuple(replace(this, name=name, **age) for name, age in ages.items())
        found = judged(CHECK, connection, replace(vitals, databases=databases)).violations
        slack = replace(limits, freeze_max_age=2 * 10**9)
        failing = tuple(replace(one, frozen_age=limits.failsafe_age + 1) for one in databases[:1])
        changed = replace(vitals, databases=failing, limits=slack)
        past_failsafe = judged(CHECK, connection, changed).violations

    assert {*found} == {"late", EXOTIC}
    assert "multixacts old" in found[EXOTIC].found
    assert [*past_failsafe] == ["healthy"]


@pytest.mark.skipif(
    not has_program("pg_resetwal"), reason="this package of PostgreSQL brings no pg_resetwal"
)
def test_the_harm_is_real():
    """
    Once the numbers are used up the server takes no write, and the check has said so.
    """
    with own_server(wal_level="logical", max_wal_senders="1") as server:
        with server.connect() as connection:
            connection.execute("CREATE TABLE t (a int)")
            # Holds the catalogue back, or the server would mend itself while it starts.
            connection.execute("SELECT pg_create_logical_replication_slot('gone', 'pgoutput')")
            (oldest,) = connection.execute(
                "SELECT datfrozenxid::text::bigint FROM pg_database WHERE datname = 'postgres'"
            ).fetchone()
        server.stop()
        following = oldest + 2**31 - 2_900_000
        server.run("pg_resetwal", "--force", "-x", str(following), "--pgdata")
        server.put(f"pg_xact/{following // SEGMENT:04X}", bytes(SEGMENT // 4))
        server.start()
        with server.connect() as connection:
            found = examined(CHECK, connection).violations["postgres"].found
            with pytest.raises(psycopg.errors.ProgramLimitExceeded, match="not accepting commands"):
                connection.execute("INSERT INTO t VALUES (2)")

    assert "2,144,58" in found
    assert found.endswith("; 0 are left")
