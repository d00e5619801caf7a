"""health/slot-holds-wal: a slot whose reader is gone, on a server of the test's own."""

from dataclasses import replace

import pytest

from schemaproof.vitals import read_vitals
from tests.harness.checks.health.patients import EXOTIC, examined, judged
from tests.harness.own_server import own_server

CHECK = "health/slot-holds-wal"

SETTINGS = {
    "wal_level": "logical",
    "max_wal_senders": "4",
    "max_wal_size": "2MB",
    "wal_keep_size": "0",
}
WRITE = "INSERT INTO t SELECT n FROM generate_series(1, 60000) n"
SLOT = "a_standby_that_is_gone"


@pytest.fixture
def connection():
    """A session on a server that wants to keep 2 MiB of WAL, of segments of 1 MiB."""
    with own_server(**SETTINGS) as server, server.connect() as connection:
        connection.execute("CREATE TABLE t (a int)")
        yield connection


def kept(connection):
    """How much WAL lies on disk once the server has removed what it may."""
    connection.execute("CHECKPOINT")
    return connection.execute("SELECT sum(size)::bigint FROM pg_ls_waldir()").fetchone()[0]


def test_a_slot_that_holds_too_much_is_reported_until_it_is_dropped(connection):
    """
    The harm is real: WAL stays on disk beyond max_wal_size, and goes after the fix.
    """
    connection.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])
    connection.execute("SELECT pg_create_physical_replication_slot('idle')")
    connection.execute("SELECT pg_create_physical_replication_slot('mine', true, true)")
    before = examined(CHECK, connection)
    for _ in range(2):
        connection.execute(WRITE)
    on_disk = [kept(connection)]
    (violation,) = examined(CHECK, connection).violations.values()
    connection.execute(violation.fix.partition("in no revision: ")[2].rstrip(".").encode())
    connection.execute("SELECT pg_drop_replication_slot('mine')")
    for _ in range(2):
        connection.execute("SELECT pg_switch_wal()")
        on_disk.append(kept(connection))
    after = examined(CHECK, connection)

    assert (before.violations, after.violations) == ({}, {})
    assert "holding" in before.seen[0]
    assert violation.where == SLOT
    assert "more than max_wal_size (2 MB), and is extended: nobody reads" in violation.found
    assert on_disk[0] > 2 * 2**20
    assert on_disk[-1] < on_disk[0]


def test_a_slot_that_was_cut_off_is_reported(connection):
    """
    Its reader can never go on: what it needs is gone.
    """
    connection.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])
    connection.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'")
    connection.execute("SELECT pg_reload_conf()")
    with_limit = "SELECT current_setting('max_slot_wal_keep_size')"
    while connection.execute(with_limit).fetchone() != ("1MB",):
        pass
    for _ in range(2):
        connection.execute(WRITE)
    kept(connection)

    (violation,) = examined(CHECK, connection).violations.values()

    assert violation.found.startswith("the slot is lost: nobody reads from it")


def test_what_the_server_keeps_for_everybody_is_not_the_slots_doing(connection):
    """
    With a wal_keep_size beyond what the slot holds it is silent; and a name is only a name.
    """
    connection.execute("SELECT pg_create_logical_replication_slot('readers', 'pgoutput')")
    for _ in range(2):
        connection.execute(WRITE)
    vitals = read_vitals(connection)
    generous = replace(vitals.limits, wal_keep_bytes=2**30)
    slots = tuple(replace(slot, name=EXOTIC, is_active=True) for slot in vitals.slots)

    silent = judged(CHECK, connection, replace(vitals, limits=generous))
    loud = judged(CHECK, connection, replace(vitals, slots=slots)).violations[EXOTIC]

    assert silent.violations == {}
    assert "somebody reads from it, too slowly" in loud.found
    assert loud.fix.endswith(f"pg_drop_replication_slot('{EXOTIC.replace(chr(39), chr(39) * 2)}').")
