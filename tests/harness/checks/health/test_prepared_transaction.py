"""health/prepared-transaction: a transaction that nobody remembers, on a server of its own."""

from dataclasses import replace

import psycopg
import pytest

from schemaproof.vitals import read_vitals
from tests.harness.checks.health.patients import EXOTIC, examined, judged
from tests.harness.own_server import own_server

CHECK = "health/prepared-transaction"

QUOTED = EXOTIC.replace("'", "''")


@pytest.fixture
def server():
    """A server with room for two prepared transactions, and one of them taken."""
    with own_server(max_prepared_transactions="2") as server:
        with server.connect() as connection:
            connection.execute("CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE free (a int)")
            connection.execute("BEGIN")
            connection.execute("INSERT INTO t VALUES (1)")
            connection.execute(f"PREPARE TRANSACTION '{QUOTED}'".encode())
        yield server


def an_hour_later(connection):
    vitals = read_vitals(connection)
    aged = tuple(replace(one, age_s=one.age_s + 3600) for one in vitals.prepared)
    return replace(vitals, prepared=aged)


def test_a_fresh_one_is_silent(server):
    """
    What is prepared and committed within a moment is how it is meant to be.
    """
    with server.connect() as connection:
        findings = examined(CHECK, connection)

    assert findings.violations == {}
    assert findings.seen == ("1 prepared transaction, none for longer than 1 minute",)


@pytest.mark.parametrize("is_restarted", [False, True], ids=["as it was", "after a restart"])
def test_an_old_one_is_reported_with_what_it_holds(server, is_restarted):
    """
    Also after a restart, which neither ends it nor releases anything.
    """
    if is_restarted:
        server.stop()
        server.start()
    with server.connect() as connection:
        (violation,) = judged(CHECK, connection, an_hour_later(connection)).violations.values()

    assert violation.where == EXOTIC
    assert "prepared it 1 hour ago" in violation.found
    assert violation.found.endswith("and it holds t in ROW EXCLUSIVE")


def test_the_harm_is_real_and_the_fix_ends_it(server):
    """
    A change of the table waits for it until the statement of the fix has run.
    """
    alter = "SET lock_timeout = '100ms'; ALTER TABLE t ADD b int"
    with server.connect() as connection:
        fix = judged(CHECK, connection, an_hour_later(connection)).violations[EXOTIC].fix
        with pytest.raises(psycopg.errors.LockNotAvailable):
            connection.execute(alter)
        rollback = fix.partition(" or ROLLBACK PREPARED ")[2].removesuffix(".")
        connection.execute(f"ROLLBACK PREPARED {rollback}".encode())
        connection.execute(alter)
        after = judged(CHECK, connection, an_hour_later(connection)).violations

    assert after == {}
