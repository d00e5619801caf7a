"""history/stall-under-traffic: revisions that keep others waiting."""

import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/stall-under-traffic"
ROWS = 1000
# Locks are held for three times as long, so that a busy machine changes nothing.
CONFIGURATION = f"traffic_rows = {ROWS}\nstall_budget_ms = 200\n"
HELD = "SELECT pg_sleep(0.6)"

TABLES = """
CREATE SCHEMA shop;
CREATE TABLE customers (
    id uuid PRIMARY KEY, email varchar(40) UNIQUE CHECK (email LIKE '%@%'), name text
);
CREATE TABLE orders (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    note text,
    amount int NOT NULL DEFAULT 1
);
CREATE TABLE shop."Order Items" (
    order_id int REFERENCES orders, "100%" int, "select" text, PRIMARY KEY (order_id, "100%")
);
CREATE TABLE bare (v text)
"""
ITEMS = 'shop."Order Items"'


def project(folder, *steps, configuration=CONFIGURATION):
    path = miniature(folder, revisions=[TABLES, *steps])
    with (path / "pyproject.toml").open("a") as file:
        file.write(configuration)
    return path


# What a revision does, whom it keeps waiting and what for.
STALLING = {
    "readers and writers": (
        f"ALTER TABLE orders ADD COLUMN more int; {HELD}",
        "orders",
        "its reads waited up to % for ACCESS EXCLUSIVE on orders"
        " and its writes waited up to % for ACCESS EXCLUSIVE on orders",
    ),
    "writers": (
        f"CREATE INDEX orders_amount ON orders (amount); {HELD}",
        "orders",
        "its writes waited up to % for SHARE on orders",
    ),
    "writers of rows": (
        f"UPDATE orders SET note = 'x'; {HELD}",
        "orders",
        "its writes waited up to % for rows",
    ),
    # A sleep for each row: it takes the longer, the more there are.
    "rewrite": (
        "ALTER TABLE bare ADD COLUMN late text DEFAULT pg_sleep(0.001)::text",
        "bare",
        "its reads waited up to % for ACCESS EXCLUSIVE on bare",
    ),
    "odd name": (
        f"ALTER TABLE {ITEMS} ALTER \"select\" SET DEFAULT '%'; {HELD}",
        "shop.Order Items",
        "its reads waited up to % for ACCESS EXCLUSIVE on Order Items",
    ),
}
SILENT = {
    "a moment": "ALTER TABLE orders ADD COLUMN much int NOT NULL DEFAULT 3",
    "no lock": HELD,
    "not yet": f"{HELD}; ALTER TABLE orders ADD COLUMN many int",
    "a new table": f"CREATE TABLE news (id int PRIMARY KEY); {HELD}",
    "a lock that blocks nobody": f"COMMENT ON TABLE orders IS 'Orders'; {HELD}",
    "beside writers": "python:with op.get_context().autocommit_block():\n"
    "    op.execute('CREATE INDEX CONCURRENTLY orders_note ON orders (note)')",
    "not valid": "ALTER TABLE orders ADD CONSTRAINT c CHECK (amount > 0) NOT VALID",
    "validated": f"ALTER TABLE orders VALIDATE CONSTRAINT c; {HELD}",
    "what was filled may be required": "ALTER TABLE orders ALTER note SET NOT NULL",
    "a key to come": "ALTER TABLE bare ADD CONSTRAINT bare_v UNIQUE (v)",
    "nothing": "",
}


@pytest.fixture(scope="module")
def proofs(tmp_path_factory, bench_for_module):
    """The proof of each case, all of them made in one history."""
    cases = {name: up for name, (up, _, _) in STALLING.items()} | SILENT
    path = project(tmp_path_factory.mktemp("stalls"), *cases.values())
    found = bench_for_module(path).proofs(CHECK)
    return {case: found[f"r{number}"] for number, case in enumerate(cases, 2)}


@pytest.mark.parametrize("case", STALLING)
def test_who_waits_and_what_for_is_told(proofs, case):
    """
    The table is named with the longest wait and the lock that was waited for.
    """
    _, where, told = STALLING[case]

    found = next(one for one in proofs[case].violations if one.where.endswith(f": {where}"))

    for part in told.split("%"):
        assert part in found.found
    assert f"at {ROWS:,} rows" in found.found
    assert "the budget is 200 ms" in found.because
    assert found.location.file.stem == f"{found.revision}_step"


@pytest.mark.parametrize("case", ["writers", "writers of rows"])
def test_readers_who_do_not_wait_are_not_said_to(proofs, case):
    """
    A lock that lets readers pass is told of the writers alone.
    """
    (found,) = [one for one in proofs[case].violations if one.where.endswith(": orders")]

    assert "ms for" not in found.found.partition(" and its writes")[0]


@pytest.mark.parametrize("case", SILENT)
def test_a_lock_that_is_held_for_a_moment_is_proved(proofs, case):
    """
    What keeps nobody waiting is proved with the numbers that were measured.
    """
    proof = proofs[case]

    assert (proof.status, proof.violations) == ("proved", ())
    assert proof.seen[0].startswith("longest wait ")
    assert proof.seen[0].endswith(f"requests failed, at {ROWS:,} rows")
    assert " 0 of 0 requests" not in proof.seen[0]
    # Every table was filled, written and used.
    assert proof.seen[1:] == ()


LOCKS = (
    "LOCK TABLE customers IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({});"
    "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE"
)


def test_a_request_that_dies_in_a_deadlock_is_told(tmp_path, bench):
    """
    An insert holds the child and waits for the parent; after a second, deadlock_timeout, it dies.
    """
    found = bench(project(tmp_path, LOCKS.format(0.5))).violations(CHECK)

    orders = next(one for one in found if one.where == "r2: orders")
    assert orders.found.endswith("requests failed (40P01)")


def test_a_revision_that_dies_in_a_deadlock_is_told(tmp_path, bench):
    """
    The insert looked for a deadlock too early and waits on, so it is the revision that dies.
    """
    proofs = bench(project(tmp_path, LOCKS.format(1.5), "")).proofs(CHECK)

    (found,) = proofs["r2"].violations
    assert found.where == "r2"
    assert "while others read and wrote upgrade of r2 raised DeadlockDetected 40P01" in found.found
    assert found.location.file.stem == "r2_step"
    assert proofs["r3"].status == "proved"


def test_a_revision_that_full_tables_stop_is_not_judged(tmp_path, bench):
    """
    What fails without users too is another check's, and the revisions above it are measured.
    """
    step = "ALTER TABLE orders ADD CHECK (customer_id IS NULL)"
    mended = Step(up=f"DELETE FROM {ITEMS}; DELETE FROM orders")
    proofs = bench(project(tmp_path, mended, step, "", "DROP TABLE bare")).proofs(CHECK)

    assert proofs["r2"].status == "proved"
    assert proofs["r3"].status == "skipped"
    assert "history/upgrade-survives-rows" in proofs["r3"].skipped
    assert proofs["r5"].status == "proved"


def test_requests_that_the_new_schema_refuses_are_no_stall(tmp_path, bench):
    """
    A column that goes, or a type that changes, breaks the previous release; nobody waits for it.
    """
    drop = "ALTER TABLE orders DROP COLUMN note; ALTER TABLE orders ALTER amount TYPE bigint"
    proof = bench(project(tmp_path, drop + "; COMMIT; BEGIN; " + HELD)).proof(CHECK, "r2")

    assert (proof.status, proof.violations) == ("proved", ())


def test_tables_that_stay_small_or_unused_are_named(tmp_path, bench):
    """
    What could not be filled, or nobody used, is no silent success.
    """
    tables = "".join(f"CREATE TABLE t{n} (id int PRIMARY KEY);" for n in range(9))
    never = "CREATE TABLE never (n int NOT NULL CHECK (n > 0 AND n < 0));"
    flags = "CREATE TABLE flags (f bool UNIQUE NOT NULL)"
    step = "COMMENT ON TABLE t8 IS 'here'"
    proof = bench(project(tmp_path, tables + never + flags, step)).proof(CHECK, "r3")

    told = "\n".join(proof.seen)
    assert "flags holds 1 rows: more were refused (duplicate key" in told
    assert "never holds 0 rows: more were refused (" in told
    left_out = proof.seen[-1]
    assert left_out.startswith("nobody used ")
    assert "t7" in left_out
    assert "t8" not in left_out


def test_the_first_revision_meets_nobody(tmp_path, bench):
    """
    Where there was no table nobody can wait.
    """
    proof = bench(project(tmp_path)).proof(CHECK, "r1")

    assert proof.seen == ("no table was there before it, so nobody waits",)
