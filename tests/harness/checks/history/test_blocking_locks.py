"""history/blocking-locks: what blocks others while a whole table is read or rewritten."""

import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/blocking-locks"

TABLES = Step(
    up="""
    CREATE SCHEMA shop;
    CREATE TABLE customers (
        id serial PRIMARY KEY, name varchar(20) NOT NULL, born date,
        age int CONSTRAINT aged CHECK (age IS NOT NULL)
    );
    CREATE TABLE orders (id serial PRIMARY KEY, customer_id int, note text, amount int NOT NULL);
    CREATE INDEX orders_amount ON orders (amount);
    CREATE TABLE shop."Order Items" (id int PRIMARY KEY, "100%" int NOT NULL);
    CREATE TABLE scrap (id int);
    CREATE TABLE settings (key text PRIMARY KEY, value text NOT NULL);
    CREATE TABLE events (id int NOT NULL, day int NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (-2147483648) TO (100);
    CREATE TABLE logs (id int NOT NULL, day int NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE logs_1 (id int NOT NULL, day int NOT NULL CHECK (day >= 100 AND day < 200));
    CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(amount) FROM orders GROUP BY 1
    """,
    down="DROP MATERIALIZED VIEW totals;"
    "DROP TABLE logs_1, logs, events, scrap, settings, orders, customers;"
    "DROP SCHEMA shop CASCADE",
)
ITEMS = 'shop."Order Items"'
AE, SRE, SHARE = "ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE"
BOTH, WRITES = "reads and writes", "writes"


def each(*statements):
    """A body that sends the statements one by one, from the file's ninth line on."""
    return "python:" + "\n".join(f"op.execute(sa.text({one!r}))" for one in statements)


def apart(*statements):
    """A body that sends each statement as a transaction of its own."""
    lines = "\n".join(f"    op.execute(sa.text({one!r}))" for one in statements)
    return f"python:with op.get_context().autocommit_block():\n{lines}"


def py(*lines):
    """A body in Python that may use ``bind`` and ``text``."""
    return "python:" + "\n".join(("bind, text = op.get_bind(), sa.text", *lines))


ITEMS_INDEX = f'CREATE INDEX "My Index" ON {ITEMS} ("100%")'
KEY = "ALTER TABLE {} ADD FOREIGN KEY (customer_id) REFERENCES customers"
NO_ORPHANS = "UPDATE orders SET customer_id = NULL"

# What a revision does; for each table the line that locks it, the mode, what it blocks, and what is
# done meanwhile; and a word of the advice.
BLOCKING = {
    "index": (
        "CREATE INDEX ON orders (note)",
        {"orders": (12, SHARE, WRITES, "it scans all of orders")},
        "CONCURRENTLY",
    ),
    "index of Alembic": (
        "python:op.create_index('by_note', 'orders', ['note'])",
        {"orders": (12, SHARE, WRITES, "it scans all of orders")},
        "CONCURRENTLY",
    ),
    "odd name": (
        ITEMS_INDEX,
        {"shop.Order Items": (12, SHARE, WRITES, "it scans all of shop.Order Items")},
        "CONCURRENTLY",
    ),
    "unique constraint": (
        "ALTER TABLE settings ADD UNIQUE (key)",
        {"settings": (12, AE, BOTH, "it scans all of settings")},
        "USING INDEX",
    ),
    "another type": (
        "ALTER TABLE customers ALTER age TYPE bigint",
        {"customers": (12, AE, BOTH, "it rewrites all of customers")},
        "in batches",
    ),
    "volatile default": (
        "ALTER TABLE customers ADD COLUMN seen timestamptz DEFAULT clock_timestamp()",
        {"customers": (12, AE, BOTH, "it rewrites all of customers")},
        "without what fills it",
    ),
    "stored column": (
        "ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (amount / 2) STORED",
        {"orders": (12, AE, BOTH, "it rewrites all of orders")},
        "without what fills it",
    ),
    "foreign key": (
        each(NO_ORPHANS, KEY.format("orders")),
        {
            "orders": (13, SRE, WRITES, "it scans all of orders"),
            "customers": (13, SRE, WRITES, "it scans all of orders"),
        },
        "NOT VALID",
    ),
    "check": (
        "ALTER TABLE orders ADD CHECK (amount IS NOT NULL)",
        {"orders": (12, AE, BOTH, "it scans all of orders")},
        "NOT VALID",
    ),
    "NOT NULL": (
        each(
            "UPDATE customers SET born = '2000-01-01' WHERE born IS NULL",
            "ALTER TABLE customers ALTER born SET NOT NULL",
        ),
        {"customers": (13, AE, BOTH, "it scans all of customers")},
        "CHECK (column IS NOT NULL)",
    ),
    "validated at once": (
        each(
            "ALTER TABLE orders ADD CONSTRAINT one CHECK (id IS NOT NULL) NOT VALID",
            "ALTER TABLE orders VALIDATE CONSTRAINT one",
        ),
        {"orders": (12, AE, BOTH, "line 13 (ALTER TABLE orders VALIDATE CONSTRAINT one) scans")},
        "Move line 13",
    ),
    "rows changed afterwards": (
        each(
            "ALTER TABLE customers ADD x int", "UPDATE orders SET note = '' WHERE note || '' = '-'"
        ),
        {"customers": (12, AE, BOTH, "scans all of orders")},
        "Move line 13",
    ),
    "rows read afterwards": (
        each("ALTER TABLE customers ADD x2 int", "SELECT count(*) FROM orders"),
        {"customers": (12, AE, BOTH, "line 13 (SELECT count(*) FROM orders) scans all of orders")},
        "Move line 13",
    ),
    "searched afterwards": (
        each(
            "ALTER TABLE customers ADD x4 int",
            "SELECT 1 FROM orders WHERE note || '' = '-' LIMIT 1",
        ),
        {"customers": (12, AE, BOTH, "scans all of orders")},
        "Move line 13",
    ),
    "joined afterwards": (
        each(
            'ALTER TABLE shop."Order Items" ADD x2 int',
            "UPDATE orders SET note = c.name FROM customers c WHERE c.id = customer_id",
        ),
        {"shop.Order Items": (12, AE, BOTH, "scans all of")},
        "Move line 13",
    ),
    "indexed afterwards": (
        each("ALTER TABLE orders ADD x int", "CREATE INDEX ON orders (x)"),
        {"orders": (12, AE, BOTH, "line 13 (CREATE INDEX ON orders (x)) scans all of orders")},
        "Move line 13",
    ),
    "locked by hand": (
        each("LOCK TABLE customers IN SHARE MODE", "UPDATE orders SET note = note || ''"),
        {"customers": (12, SHARE, WRITES, "line 13 (UPDATE orders SET note = note || '') scans")},
        "Move line 13",
    ),
    "several in one text": (
        "ALTER TABLE customers ADD x3 int; UPDATE orders SET note = note",
        {"customers": (12, AE, BOTH, "it scans all of orders")},
        "",
    ),
    "in a block": (
        "DO $$ BEGIN ALTER TABLE orders ADD CHECK (amount IS NOT NULL); END $$",
        {"orders": (12, AE, BOTH, "it scans all of orders")},
        "NOT VALID",
    ),
    "in a transaction of its own": (
        apart("CREATE INDEX ON orders (note)"),
        {"orders": (13, SHARE, WRITES, "it scans all of orders")},
        "CONCURRENTLY",
    ),
    "rewritten in a transaction of its own": (
        apart("VACUUM FULL orders"),
        {"orders": (13, AE, BOTH, "it rewrites all of orders")},
        "in batches",
    ),
    "two tables in a transaction of its own": (
        apart(NO_ORPHANS, KEY.format("orders")),
        {
            "orders": (14, SRE, WRITES, "it scans all of orders"),
            "customers": (14, SRE, WRITES, "it scans all of orders"),
        },
        "NOT VALID",
    ),
    "partitioned table": (
        "CREATE INDEX ON events (id)",
        {"events": (12, SHARE, WRITES, "it scans all of events_1")},
        "",
    ),
    "materialized view": (
        "REFRESH MATERIALIZED VIEW totals",
        {"totals": (12, AE, BOTH, "it scans all of orders")},
        "Refresh it CONCURRENTLY",
    ),
}
# What a revision does, and how its locks are told.
HARMLESS = {
    "index beside writers": (
        apart("CREATE INDEX CONCURRENTLY ON orders (note)"),
        "SHARE UPDATE EXCLUSIVE on orders blocks neither reads nor writes, orders scanned",
    ),
    "key for new rows": (
        f"{KEY.format('orders')} NOT VALID",
        "SHARE ROW EXCLUSIVE on customers blocks its writes, nothing scanned or rewritten",
    ),
    "check for new rows": (
        "ALTER TABLE orders ADD CONSTRAINT two CHECK (amount IS NOT NULL) NOT VALID",
        "ACCESS EXCLUSIVE on orders blocks its reads and writes, nothing scanned or rewritten",
    ),
    "validated alone": (
        "ALTER TABLE orders VALIDATE CONSTRAINT two",
        "SHARE UPDATE EXCLUSIVE on orders blocks neither reads nor writes, orders scanned",
    ),
    "validated in a transaction of its own": (
        apart("ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey2"),
        "SHARE UPDATE EXCLUSIVE on orders blocks neither reads nor writes",
    ),
    "longer text": (
        "ALTER TABLE customers ALTER name TYPE varchar(50)",
        "ACCESS EXCLUSIVE on customers blocks its reads and writes, nothing scanned or rewritten",
    ),
    "constant default": (
        "ALTER TABLE customers ADD stars int NOT NULL DEFAULT 3",
        "ACCESS EXCLUSIVE on customers blocks its reads and writes, nothing scanned or rewritten",
    ),
    "NOT NULL that a check proves": (
        "ALTER TABLE customers ALTER age SET NOT NULL",
        "ACCESS EXCLUSIVE on customers blocks its reads and writes, nothing scanned or rewritten",
    ),
    "new table": (
        each(
            "CREATE TABLE visits (id int PRIMARY KEY, customer_id int REFERENCES customers)",
            "CREATE INDEX ON visits (customer_id)",
        ),
        "SHARE ROW EXCLUSIVE on customers blocks its writes for 1 later statement, nothing scanned",
    ),
    "new table with rows": (
        each(
            "CREATE TABLE calls (id int PRIMARY KEY, customer_id int)",
            "INSERT INTO calls SELECT 1, min(id) FROM customers",
            KEY.format("calls"),
        ),
        "SHARE ROW EXCLUSIVE on customers blocks its writes, nothing scanned or rewritten",
    ),
    "rows changed before": (
        each("UPDATE orders SET note = note || ''", "ALTER TABLE orders ADD n2 int"),
        "ACCESS EXCLUSIVE on orders blocks its reads and writes, nothing scanned or rewritten",
    ),
    "rows changed before, in one text": (
        "UPDATE orders SET note = note || ''; ALTER TABLE orders ADD n3 int",
        "ACCESS EXCLUSIVE on orders blocks its reads and writes, nothing scanned or rewritten",
    ),
    "rows changed before, in one text with a new table": (
        "CREATE TABLE n (id int); UPDATE orders SET note = note || '';"
        "ALTER TABLE orders ADD n10 int",
        "ACCESS EXCLUSIVE on orders blocks its reads and writes, nothing scanned or rewritten",
    ),
    "rows validated before, in one text": (
        "ALTER TABLE orders VALIDATE CONSTRAINT two; ALTER TABLE customers ADD n11 int",
        "ACCESS EXCLUSIVE on customers blocks its reads and writes, nothing scanned or rewritten",
    ),
    "one revision at a time": (
        each("LOCK TABLE alembic_version", "UPDATE orders SET note = note || ''"),
        "no lock on a table that was there",
    ),
    "one row by its key": (
        each(
            "ANALYZE settings",
            "ALTER TABLE customers ADD n4 int",
            "UPDATE settings SET value = 'x' WHERE key = 'y'",
        ),
        "ACCESS EXCLUSIVE on customers blocks its reads and writes for 1 later statement, nothing",
    ),
    "one row by a parameter": (
        py(
            "bind.execute(text('ALTER TABLE customers ADD n5 int'))",
            "set_value = text('UPDATE settings SET value = :value WHERE key = :key')",
            "bind.execute(set_value, {'value': '100%', 'key': 'y'})",
            "bind.execute(set_value, [{'value': 'a', 'key': 'b'}, {'value': 'c', 'key': 'd'}])",
        ),
        "ACCESS EXCLUSIVE on customers blocks its reads and writes for 2 later statements, nothing",
    ),
    "whether there is a row": (
        each(
            "ALTER TABLE customers ADD n8 int",
            "SELECT EXISTS (SELECT FROM orders)",
            "SELECT id FROM orders ORDER BY id LIMIT 1",
            "SELECT max(id) FROM orders",
        ),
        "ACCESS EXCLUSIVE on customers blocks its reads and writes for 3 later statements, nothing",
    ),
    "emptied": (
        "TRUNCATE settings",
        "ACCESS EXCLUSIVE on settings blocks its reads and writes, its file replaced",
    ),
    "partition that is known to fit": (
        "ALTER TABLE logs ATTACH PARTITION logs_1 FOR VALUES FROM (100) TO (200)",
        "ACCESS EXCLUSIVE on logs_1 blocks its reads and writes, nothing scanned or rewritten",
    ),
    "table that goes": (
        each("DROP TABLE scrap", "UPDATE orders SET note = note || ''"),
        "ACCESS EXCLUSIVE on scrap blocks its reads and writes for 1 later statement, orders",
    ),
    "trigger": (
        "CREATE TRIGGER same BEFORE UPDATE ON orders FOR EACH ROW "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "SHARE ROW EXCLUSIVE on orders blocks its writes, nothing scanned or rewritten",
    ),
    "given back": (
        py(
            "bind.execute(text('SELECT FROM settings'))",
            "with bind.begin_nested() as savepoint:",
            "    bind.execute(text('ALTER TABLE customers ADD n6 int'))",
            "    savepoint.rollback()",
            "bind.execute(text('UPDATE orders SET amount = amount'))",
        ),
        "ACCESS EXCLUSIVE on customers blocks its reads and writes, nothing scanned or rewritten",
    ),
    "an isolation of its own": (
        each(
            "LOCK TABLE customers IN SHARE MODE",
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        ),
        "SHARE on customers blocks its writes for 1 later statement, nothing scanned or rewritten",
    ),
    "quick ones in transactions of their own": (
        apart(
            "ALTER TABLE orders ADD n7 int",
            "UPDATE orders SET note = note || ''",
            "DROP INDEX CONCURRENTLY orders_amount",
        ),
        "ACCESS EXCLUSIVE on orders blocks its reads and writes, nothing scanned or rewritten; "
        "SHARE UPDATE EXCLUSIVE on orders blocks neither reads nor writes, nothing scanned",
    ),
    "one in a transaction of its own, and a setting": (
        apart("ALTER TABLE orders ADD n9 int", "SET statement_timeout = 0"),
        "ACCESS EXCLUSIVE on orders blocks its reads and writes, nothing scanned or rewritten",
    ),
    "rows only": ("UPDATE orders SET note = note || ''", "no lock on a table that was there"),
}


@pytest.fixture(scope="module")
def proofs(tmp_path_factory, bench_for_module):
    """What was found at each case: the revisions of one history."""
    ups = [case[0] for case in (*BLOCKING.values(), *HARMLESS.values())]
    steps = [Step(up=up, down=None) for up in ups]
    folder = tmp_path_factory.mktemp("locks")
    project = bench_for_module(miniature(folder, revisions=[TABLES, *steps]))
    found = project.proofs(CHECK)
    return {
        case: found[f"r{number}"] for number, case in enumerate(("tables", *BLOCKING, *HARMLESS), 1)
    }


@pytest.mark.parametrize("case", BLOCKING)
def test_what_blocks_others_for_long_is_told(proofs, case):
    """
    Each table is named with the line that locks it, the mode, whom it blocks and what takes long.
    """
    _, tables, advice = BLOCKING[case]

    told = {one.where.partition(": ")[2]: one for one in proofs[case].violations}

    assert told.keys() == tables.keys()
    for table, (line, mode, blocks, meanwhile) in tables.items():
        one = told[table]
        assert f"takes {mode} on {table}, which blocks its {blocks}" in one.found
        assert meanwhile in one.found.partition("meanwhile ")[2]
        assert advice in one.fix
        assert one.location.line == line


@pytest.mark.parametrize("case", HARMLESS)
def test_what_blocks_for_a_moment_is_evidence(proofs, case):
    """
    Locks that block nobody, or only while the catalogue changes, are listed and not held against.
    """
    _, seen = HARMLESS[case]

    proof = proofs[case]

    assert (proof.status, proof.violations) == ("proved", ())
    assert seen in proof.seen[0]


def test_a_lock_is_told_once(proofs):
    """
    What comes after a statement that was a transaction of its own has nothing of its locks.
    """
    case = "one in a transaction of its own, and a setting"

    assert proofs[case].seen == (HARMLESS[case][1],)


@pytest.fixture(scope="module")
def downgrades(tmp_path_factory, bench_for_module):
    """What was found at the downgrades of one history."""
    steps = [
        TABLES,
        Step(up="DROP INDEX orders_amount", down="CREATE INDEX orders_amount ON orders (amount)"),
        Step(
            up="ALTER TABLE orders ADD COLUMN more int",
            down="ALTER TABLE orders DROP COLUMN more",
        ),
        Step(up="ALTER TABLE orders ALTER note SET DEFAULT 'x'", down=""),
        Step(up="CREATE TABLE fresh (id int)", down=each("LOCK fresh", "DROP TABLE fresh")),
    ]
    project = bench_for_module(miniature(tmp_path_factory.mktemp("downs"), revisions=steps))
    return project.proofs(CHECK)


def test_a_downgrade_that_blocks_others_for_long_is_told(downgrades):
    """
    It is named apart from the upgrade, with the line of downgrade() and the same advice.
    """
    (found,) = downgrades["r2"].violations

    assert found.where == "r2 downgrade: orders"
    assert "takes SHARE on orders, which blocks its writes; meanwhile it scans" in found.found
    assert "CONCURRENTLY" in found.fix
    assert found.location.line == 15


def test_the_locks_of_a_downgrade_are_told(downgrades):
    """
    Those of the upgrade come first; a downgrade that sends nothing is passed over in silence.
    """
    lock = "ACCESS EXCLUSIVE on orders blocks its reads and writes, nothing scanned or rewritten"

    assert downgrades["r3"].violations == ()
    assert downgrades["r3"].seen == (lock, f"its downgrade: {lock}")
    assert downgrades["r4"].seen == (lock,)


def test_a_table_that_the_downgrade_drops_is_no_violation(downgrades):
    """
    Who waits for a table that is gone afterwards has other worries.
    """
    assert downgrades["r5"].violations == ()
    assert downgrades["r5"].seen[1].startswith("its downgrade: ACCESS EXCLUSIVE on fresh blocks")


def test_tables_that_the_revision_makes_do_not_count(proofs):
    """
    Nobody waits for a table that nobody knows.
    """
    assert proofs["tables"].seen[0] == "no lock on a table that was there"


def test_an_env_with_a_transaction_of_its_own_is_not_covered(tmp_path, bench):
    """
    Where nobody else can see what was made, no lock can be told from those of earlier revisions.
    """
    path = miniature(tmp_path, revisions=[TABLES])
    env = path / "migrations" / "env.py"
    env.write_text(env.read_text().replace("connectable.connect() as", "connectable.begin() as"))
    project = bench(path)

    proof = project.proof(CHECK, "r1")

    assert proof.status == "skipped"
    assert "holds a transaction of its own" in proof.skipped


def test_one_that_raises_leaves_nobody_in_the_way(tmp_path, bench):
    """
    A statement in a transaction of its own that is refused does not keep the next from running.
    """
    refused = apart("ALTER TABLE orders ADD CHECK (nothing > 0)")
    forgiven = (
        "python:import contextlib\nwith contextlib.suppress(sa.exc.DBAPIError):\n"
        + "\n".join(f"    {line}" for line in refused.removeprefix("python:").splitlines())
    )
    step = Step(up=forgiven, down="DROP TABLE IF EXISTS nothing")
    project = bench(miniature(tmp_path, revisions=[TABLES, step, Step(up=refused, down="")]))

    proofs = project.proofs(CHECK)

    assert proofs["r2"].status == "proved"
    assert proofs["r3"].status == "skipped"


def test_an_async_env_is_watched(tmp_path, bench):
    """
    Another driver behind env.py changes nothing.
    """
    ups = ["CREATE INDEX ON orders (note)", apart("CREATE INDEX CONCURRENTLY ON orders (note)")]
    steps = [Step(up=up, down=None) for up in ups]
    path = miniature(tmp_path, revisions=[TABLES, *steps], template="async")
    project = bench(path)

    proofs = project.proofs(CHECK)

    assert [one.where for one in proofs["r2"].violations] == ["r2: orders"]
    assert proofs["r3"].seen[0].startswith("SHARE UPDATE EXCLUSIVE on orders")
