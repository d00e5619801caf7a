"""
Locks are held for as long as PostgreSQL holds them: to the end of their transaction, and no longer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemaproof.catalog import snapshot
from schemaproof.history._lock_watch import LockWatch
from schemaproof.postgres import Database
from tests.harness.checks.history.test_blocking_locks import CHECK, TABLES, apart, each, py
from tests.harness.miniature import Step, miniature

LOCKS_INSIDE = """python:op.execute(sa.text('''
CREATE FUNCTION widen() RETURNS void LANGUAGE plpgsql AS
'BEGIN ALTER TABLE settings ADD wide int; END'
'''))
with op.get_context().autocommit_block():
    op.execute("SELECT widen()")
"""
VALIDATE = "ALTER TABLE orders VALIDATE CONSTRAINT three"
ONCE = "CREATE FUNCTION once() RETURNS void LANGUAGE plpgsql AS 'BEGIN DROP FUNCTION once(); END'"
KEY = "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers"

# What a revision does, how it ends, and words of a lock.
CASES = {
    "a weaker lock in the next transaction": (
        each(
            "ALTER TABLE orders ADD CONSTRAINT one CHECK (amount IS NOT NULL) NOT VALID",
            "COMMIT; BEGIN; COMMENT ON TABLE orders IS 'o'",
            "ALTER TABLE orders VALIDATE CONSTRAINT one",
        ),
        "proved",
        "SHARE UPDATE EXCLUSIVE on orders blocks neither reads nor writes",
    ),
    "a weaker lock in the next statement of its own": (
        apart(
            "ALTER TABLE orders ADD CONSTRAINT two CHECK (amount IS NOT NULL) NOT VALID",
            "ALTER TABLE orders VALIDATE CONSTRAINT two",
        ),
        "proved",
        "ACCESS EXCLUSIVE on orders blocks its reads and writes, nothing scanned or rewritten; "
        "SHARE UPDATE EXCLUSIVE on orders blocks neither reads nor writes, orders scanned",
    ),
    "a stronger lock in the same transaction": (
        each("COMMENT ON TABLE orders IS 'o'", "CREATE INDEX ON orders (note)"),
        "violated",
        "SHARE on orders blocks its writes, orders scanned",
    ),
    "a lock that a SELECT takes": (
        LOCKS_INSIDE,
        "proved",
        "ACCESS EXCLUSIVE on settings blocks its reads and writes, nothing scanned or rewritten",
    ),
    "a check for new rows": (
        "ALTER TABLE orders ADD CONSTRAINT three CHECK (amount IS NOT NULL) NOT VALID",
        "proved",
        "ACCESS EXCLUSIVE on orders blocks its reads and writes, nothing scanned or rewritten",
    ),
    "validated before, in one text": (
        f"{VALIDATE}; ALTER TABLE customers ADD told int",
        "proved",
        "ACCESS EXCLUSIVE on customers blocks its reads and writes, nothing scanned or rewritten",
    ),
    "sorted before the first is told": (
        each("ALTER TABLE customers ADD x int", "SELECT id FROM orders ORDER BY -amount LIMIT 1"),
        "violated",
        "ACCESS EXCLUSIVE on customers blocks its reads and writes for 1 later statement, orders",
    ),
    # The function is gone when its plan is asked for.
    "a plan that cannot be asked for": (
        each(f"ALTER TABLE customers ADD y int; {ONCE}", "SELECT once()", "SELECT 1 FROM scrap"),
        "violated",
        "scrap scanned",
    ),
    "settings that are as they were": (
        py(
            "bind.execute(text('ALTER TABLE customers ADD z int'))",
            "bind.execute(text('UPDATE settings SET value = value WHERE key = $$k$$'))",
            "assert bind.scalar(text('SHOW enable_seqscan')) == 'on'",
        ),
        "proved",
        "ACCESS EXCLUSIVE on customers blocks its reads and writes for 2 later statements, nothing",
    ),
    "both ends of a key between tables that were there": (
        each("UPDATE orders SET customer_id = (SELECT min(id) FROM customers)", KEY),
        "violated",
        "SHARE ROW EXCLUSIVE on customers blocks its writes, customers scanned and orders scanned",
    ),
    # After a second the server tells others at once what it has counted.
    "a long statement of its own": (
        apart("ALTER TABLE orders ADD CHECK (pg_sleep(0.3) IS NOT NULL)"),
        "violated",
        "ACCESS EXCLUSIVE on orders blocks its reads and writes, orders scanned",
    ),
}


@pytest.fixture(scope="module")
def proofs(tmp_path_factory, bench_for_module):
    """What was found at each case: the revisions of one history."""
    steps = [Step(up=up, down=None) for up, *_ in CASES.values()]
    project = bench_for_module(
        miniature(tmp_path_factory.mktemp("held"), revisions=[TABLES, *steps])
    )
    found = project.proofs(CHECK)
    return {case: found[f"r{number}"] for number, case in enumerate(CASES, 2)}


@pytest.mark.parametrize("case", CASES)
def test_a_lock_is_held_as_long_as_the_server_holds_it(proofs, case):
    _, status, seen = CASES[case]

    proof = proofs[case]

    assert proof.status == status, (proof.violations, proof.skipped)
    assert seen in proof.seen[0]


class Uncounted(Database):
    """A database of a server that counts nothing."""

    def connect(self, *, autocommit=False):
        connection = super().connect(autocommit=autocommit)
        connection.execute("SET track_counts = off")
        return connection


def test_where_nothing_is_counted_nobody_watches(schema_databases):
    """
    What was scanned could not be told from what was not.
    """
    for kind, watched in ((Database, ()), (Uncounted, None)):
        with schema_databases.clone() as database:
            watch = LockWatch(kind(database.server, database.name))
            with watch.listening(), database.connect() as connection:
                watch.begin(Path(__file__), snapshot(connection))
                assert watch.end() == watched
