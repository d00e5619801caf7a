"""health/long-transaction: sessions that would hold a deploy up."""

from dataclasses import replace

import psycopg
import pytest

from schemaproof.vitals import read_vitals
from tests.harness.checks.health.patients import another, examined, judged, patient

CHECK = "health/long-transaction"

SCHEMA = "CREATE TABLE t (a int); CREATE TABLE other (a int); INSERT INTO t VALUES (1)"


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "sessions", SCHEMA) as connection:
        yield connection


@pytest.fixture
def idle(connection):
    """A session of somebody else, in a transaction that has read a table and locked another."""
    with another(connection) as session, session.transaction(force_rollback=True):
        session.execute("SET application_name = 'a shop'")
        session.execute("SELECT * FROM t")
        session.execute("LOCK TABLE other IN SHARE MODE")
        yield session


def an_hour_later(connection):
    vitals = read_vitals(connection)
    aged = tuple(replace(one, age_s=one.age_s + 3600) for one in vitals.transactions)
    return replace(vitals, transactions=aged)


def test_a_long_one_is_reported_with_what_it_holds(connection, idle):
    """
    Who, for how long, in which state, and which tables in which mode; not what was sent.
    """
    (violation,) = judged(CHECK, connection, an_hour_later(connection)).violations.values()

    assert violation.where == f"process {idle.info.backend_pid}"
    assert violation.found.startswith(
        f"a transaction of {connection.info.user} (a shop) has been open for 1 hour, idle in"
    )
    assert violation.found.endswith("it holds other in SHARE; t in ACCESS SHARE")


def test_a_short_one_is_silent_and_so_is_ones_own(connection, idle):
    """
    What has just begun ends soon, as a rule.
    """
    with connection.transaction():
        connection.execute("SELECT * FROM other")
        findings = examined(CHECK, connection)

    assert findings.violations == {}
    assert findings.seen[0].startswith("1 transaction of others open, the longest for ")


def test_a_session_without_a_transaction_is_silent(connection):
    """
    Nor is one that holds nothing and has no snapshot in anybody's way.
    """
    with another(connection) as session:
        session.execute("SELECT * FROM t")
        idle = judged(CHECK, connection, an_hour_later(connection))
        session.execute("BEGIN")
        begun = judged(CHECK, connection, an_hour_later(connection))

    assert (idle.violations, begun.violations) == ({}, {})


def test_an_old_snapshot_is_in_the_way_without_a_table(connection):
    """
    CREATE INDEX CONCURRENTLY waits for it, and says so by giving up.
    """
    with another(connection) as session, session.transaction(force_rollback=True):
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        session.execute("SELECT 1")
        (violation,) = judged(CHECK, connection, an_hour_later(connection)).violations.values()
        connection.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            connection.execute("CREATE INDEX CONCURRENTLY t_a ON t (a)")
    connection.execute("RESET lock_timeout; DROP INDEX t_a")

    assert "it holds an old snapshot and no table" in violation.found


def test_the_harm_is_real_and_the_fix_ends_it(connection, idle):
    """
    A table that was only read is not altered until the session is gone.
    """
    alter = "ALTER TABLE t ADD b int"
    (violation,) = judged(CHECK, connection, an_hour_later(connection)).violations.values()
    with another(connection) as deploy:
        deploy.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            deploy.execute(alter)
        kill = violation.fix.partition("or: ")[2].partition(";")[0]
        assert connection.execute(kill.encode()).fetchone() == (True,)
        deploy.execute("SET lock_timeout = '30s'")
        deploy.execute(alter)
        deploy.execute("ALTER TABLE t DROP b")


def test_who_sees_only_himself_is_told_which_grant_is_missing(connection, idle, own_databases):
    """
    Silence would say that nobody is in the way.
    """
    role = f"{own_databases.prefix}_blind"
    connection.execute(f"CREATE ROLE {role}")
    try:
        connection.execute(f"SET ROLE {role}")
        blind = examined(CHECK, connection)
        connection.execute(
            f"RESET ROLE; GRANT pg_read_all_stats TO {role}; SET ROLE {role}".encode()
        )
        seeing = examined(CHECK, connection)
    finally:
        connection.execute("RESET ROLE")
        connection.execute(f"DROP ROLE {role}")

    assert (blind.violations, blind.seen) == ({}, ())
    assert f"GRANT pg_read_all_stats (or pg_monitor) TO {role}" in blind.skipped[0]
    assert (seeing.skipped, len(seeing.seen)) == ((), 1)
