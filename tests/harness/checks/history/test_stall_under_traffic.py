"""history/stall-under-traffic: revisions that keep others waiting."""

import threading

import pytest

from schemaproof.catalog import QualifiedName
from schemaproof.checks.check import Skip
from schemaproof.checks.history.stall_under_traffic import stall_under_traffic
from schemaproof.history import Step as HistoryStep
from schemaproof.trials.traffic import Stall, TableTraffic
from schemaproof.trials.traffic.requests import Requests
from schemaproof.trials.traffic.users import Crowd
from tests.harness.miniature import Step, miniature

CHECK = "history/stall-under-traffic"
ROWS = 1000
CONFIGURATION = f"traffic_rows = {ROWS}\nstall_budget_ms = 200\n"
HELD = "SELECT pg_sleep(0.6)"
# Longer than three times what a busy machine lets an idle request wait.
STALLED = "SELECT pg_sleep(1.8)"

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
        f"ALTER TABLE orders ADD COLUMN more int; {STALLED}",
        "orders",
        "its reads waited up to % for ACCESS EXCLUSIVE on orders"
        " and its writes waited up to % for ACCESS EXCLUSIVE on orders",
    ),
    "writers": (
        f"CREATE INDEX orders_amount ON orders (amount); {STALLED}",
        "orders",
        "its writes waited up to % for SHARE on orders",
    ),
    "writers of rows": (
        f"UPDATE orders SET note = 'x'; {STALLED}",
        "orders",
        "its writes waited up to % for rows",
    ),
    # Beside the lock that is waited for there is one that nobody waits for.
    "serializable": (
        "COMMIT; BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM orders;"
        f"LOCK TABLE orders IN SHARE MODE; {STALLED}",
        "orders",
        "its writes waited up to % for SHARE on orders",
    ),
    # A sleep for each row: it takes the longer, the more there are.
    "rewrite": (
        "ALTER TABLE bare ADD COLUMN late text DEFAULT pg_sleep(0.002)::text",
        "bare",
        "its reads waited up to % for ACCESS EXCLUSIVE on bare",
    ),
    "odd name": (
        f"ALTER TABLE {ITEMS} ALTER \"select\" SET DEFAULT '%'; {STALLED}",
        "shop.Order Items",
        "its reads waited up to % for ACCESS EXCLUSIVE on shop.Order Items",
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
    "a check to come": "ALTER TABLE bare ADD CONSTRAINT bare_at CHECK (v LIKE '%@%')",
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


def test_a_downgrade_that_stalls_is_told(tmp_path, bench):
    """
    It is named apart from the upgrade; one that holds its lock for a moment is proved.
    """
    slow = Step(
        up="ALTER TABLE orders ADD COLUMN more int",
        down=f"ALTER TABLE orders DROP COLUMN more; {STALLED}",
    )
    quick = Step(
        up="ALTER TABLE orders ADD COLUMN much int", down="ALTER TABLE orders DROP COLUMN much"
    )
    proofs = bench(project(tmp_path, slow, quick)).proofs(CHECK)

    # Who writes to what refers to it waits too.
    found = next(one for one in proofs["r2"].violations if one.where == "r2 downgrade: orders")
    assert all(one.where.startswith("r2 downgrade: ") for one in proofs["r2"].violations)
    assert found.found.startswith(f"its downgrade: at {ROWS:,} rows its reads waited up to ")
    assert "for ACCESS EXCLUSIVE on orders" in found.found
    assert proofs["r3"].violations == ()
    assert proofs["r3"].seen[1].startswith("its downgrade: longest wait ")
    assert " 0 of 0 requests" not in proofs["r3"].seen[1]


def test_nobody_uses_a_table_that_the_downgrade_drops(tmp_path, bench):
    """
    Whoever needs it has other worries than a wait.
    """
    step = Step(up="SELECT 1", down=f"DROP TABLE {ITEMS}, orders, customers, bare; {STALLED}")
    proof = bench(project(tmp_path, step)).proof(CHECK, "r2")

    assert (proof.status, proof.violations) == ("proved", ())


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


def test_what_is_below_one_that_never_works_is_measured(tmp_path, bench):
    """
    The history is followed as far as it leads.
    """
    broken = "DO $$ BEGIN RAISE 'never'; END $$"
    proofs = bench(project(tmp_path, "", broken, "")).proofs(CHECK)

    told = {revision: (proof.status, proof.blocked_by) for revision, proof in proofs.items()}
    blocked = ("skipped", "history/upgrade-from-empty")
    assert told == {
        "r1": ("proved", None),
        "r2": ("proved", None),
        "r3": blocked,
        "r4": blocked,
    }


def test_a_revision_that_ends_the_witness_is_not_judged(tmp_path, bench):
    """
    Where nobody could see who waits, nobody is said not to have waited.
    """
    step = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        f" AND query LIKE '%pg_blocking_pids%' AND pid <> pg_backend_pid(); {HELD}"
    )
    proof = bench(project(tmp_path, step)).proof(CHECK, "r2")

    assert proof.status == "skipped"
    assert proof.skipped.startswith("nobody saw whether requests waited for a lock: ")


def test_a_table_that_takes_no_writes_is_named(tmp_path, bench):
    """
    Users whose every request was refused are not forgotten.
    """
    sealed = (
        "CREATE TABLE sealed (id int PRIMARY KEY, v int);"
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'sealed'; END $$;"
        "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON sealed EXECUTE FUNCTION refuse()"
    )
    proof = bench(project(tmp_path, sealed, "")).proof(CHECK, "r3")

    assert "not every kind of request could be sent to sealed" in proof.seen


class FakeStalls:
    """Stalls of which each is the one that is given."""

    budget_ms = 200.0

    def __init__(self, stall):
        self.stall = stall

    def steps_of(self, revision):
        yield HistoryStep(revision=revision, is_upgrade=True), self.stall


def test_tables_that_take_no_request_at_all_are_not_said_to_be_missing():
    """
    Where nothing could be sent, nothing is proved.
    """
    nobody = TableTraffic(
        table=QualifiedName("public", "sealed"),
        kind="reads",
        requests=0,
        longest_wait_ms=0.0,
        idle_ms=0.0,
        waited_for=None,
        failed={},
        outdated=0,
        refused=("permission denied",),
    )

    yielded = [*stall_under_traffic(None, FakeStalls(Stall(rows=1, traffic=(nobody,))))]

    assert yielded == [Skip(why="no request could be sent to sealed: permission denied")]


def test_users_that_cannot_all_come_leave_nothing_behind(tmp_path, bench):
    """
    A request that raises what no server does ends those that were there before it.
    """

    def fine(connection):
        connection.execute("SELECT 1")

    def broken(_connection):
        raise ZeroDivisionError

    databases = bench(project(tmp_path)).databases
    database = databases.copy()
    name = QualifiedName("", "t")
    crowd = Crowd(database, [Requests(table=name, reads=(fine,), writes=(broken,))])
    with pytest.raises(ZeroDivisionError), crowd:
        pass

    assert not [one for one in threading.enumerate() if one.name == "schemaproof-user"]
    with database.connect(autocommit=True) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        assert connection.execute(query, [database.name]).fetchone() == (1,)
    databases.drop(database)
