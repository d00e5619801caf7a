"""history/gives-up-on-locks: revisions that wait while others wait behind them."""

import re

import psycopg
import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/gives-up-on-locks"
# A second is enough for others to be seen waiting.
CONFIGURATION = "lock_wait_ms = 1200\n"

TABLES = """
CREATE SCHEMA shop;
CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount int NOT NULL);
CREATE TABLE shop.done (id int PRIMARY KEY);
CREATE TABLE shop."Order Items" (id int PRIMARY KEY, order_id int REFERENCES orders, "100%" int)
"""
TIMEOUT = "SET LOCAL lock_timeout = '300ms';"


def autocommit(*statements):
    lines = "".join(f"    op.execute({statement!r})\n" for statement in statements)
    return f"python:with op.get_context().autocommit_block():\n{lines}"


BUILD = "CREATE INDEX CONCURRENTLY orders_built ON orders (amount)"
AGAIN = """python:
with op.get_context().autocommit_block():
    op.execute("SET lock_timeout = '200ms'")
    for left in reversed(range(20)):
        try:
            op.execute("ALTER TABLE orders ADD COLUMN again int")
            break
        except sa.exc.OperationalError:
            if not left:
                raise
"""
COPES = """python:
with op.get_context().autocommit_block():
    try:
        op.execute("ALTER TABLE orders ADD COLUMN coped int")
    except sa.exc.OperationalError:
        pass
"""
# What a revision does, what it waits for, and who waits behind it.
WAITING = {
    "readers and writers": (
        "ALTER TABLE orders ADD COLUMN more int",
        "ACCESS EXCLUSIVE on orders",
        ("reads", "writes"),
    ),
    "writers": (
        "CREATE INDEX orders_amount ON orders (amount)",
        "SHARE on orders",
        ("writes",),
    ),
    "odd name": (
        'ALTER TABLE shop."Order Items" ALTER "100%" SET DEFAULT 3',
        "ACCESS EXCLUSIVE on shop.Order Items",
        ("reads", "writes"),
    ),
    "lifted": (
        "SET LOCAL lock_timeout = '1min'; DROP INDEX orders_amount",
        "ACCESS EXCLUSIVE on orders",
        ("reads", "writes"),
    ),
}
# What is proved of those that may stay.
GOOD = {
    "gives up": (
        f"{TIMEOUT} ALTER TABLE orders ADD COLUMN much int",
        "of waiting for ACCESS EXCLUSIVE on orders (LockNotAvailable 55P03); meanwhile ",
    ),
    "statement_timeout": (
        "SET LOCAL statement_timeout = '300ms'; ALTER TABLE orders ADD COLUMN many int",
        "(QueryCanceled 57014); meanwhile ",
    ),
    "at once": (
        "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE NOWAIT",
        "gave up at once (LockNotAvailable 55P03); the database was as before",
    ),
    "changes nothing of what is in use": (
        "CREATE TABLE news (id int PRIMARY KEY); INSERT INTO news VALUES (1)",
        "finished beside a transaction that has read and written 3 tables",
    ),
    "a lock that the transaction does not mind": (
        "COMMENT ON TABLE orders IS 'Orders'; ANALYZE orders",
        "finished beside ",
    ),
    "waits and blocks nobody": (
        autocommit(BUILD),
        "waits for the transaction's end and blocks nobody: meanwhile reads took up to ",
    ),
    # The transaction has looked at the database, and so could look at the new table.
    "an index of a new table": (
        autocommit("CREATE TABLE fresh (id int)", "CREATE INDEX CONCURRENTLY ON fresh (id)"),
        "waits for the transaction's end and blocks nobody",
    ),
    "tries again": (AGAIN, "waits for ACCESS EXCLUSIVE on orders and blocks nobody"),
    "can be run again": (
        autocommit(
            "SET lock_timeout = '300ms'",
            "CREATE TABLE IF NOT EXISTS half (id int)",
            "DROP INDEX CONCURRENTLY IF EXISTS orders_again",
            "CREATE INDEX CONCURRENTLY orders_again ON orders (amount)",
        ),
        "what it left (",
    ),
}
HALF_DONE = autocommit(
    "SET lock_timeout = '300ms'", "CREATE INDEX CONCURRENTLY orders_half ON orders (amount)"
)


ROWS_LEFT = autocommit(
    "SET lock_timeout = '300ms'",
    "INSERT INTO shop.done VALUES (777)",
    "ALTER TABLE orders ADD COLUMN done int",
)


@pytest.fixture(scope="module")
def proofs(tmp_path_factory, bench_for_module):
    """The proof of each case, all of them made in one history."""
    cases = {name: case[0] for name, case in (WAITING | GOOD).items()}
    cases |= {"half done": HALF_DONE, "rows left": ROWS_LEFT, "copes": COPES}
    path = miniature(
        tmp_path_factory.mktemp("waits"), revisions=[TABLES, *cases.values(), "SELECT 1"]
    )
    with (path / "pyproject.toml").open("a") as file:
        file.write(CONFIGURATION)
    found = bench_for_module(path).proofs(CHECK)
    return {case: found[f"r{number}"] for number, case in enumerate(["", *cases, "last"], 1)}


@pytest.mark.parametrize("case", WAITING)
def test_one_that_waits_with_others_behind_it_is_told(proofs, case):
    """
    What it waits for is named, and how long others waited behind it, for real.
    """
    _, lock, behind = WAITING[case]

    (found,) = proofs[case].violations
    # Not much longer than the 1.2 s that it was given, on a machine that may be busy.
    assert f"it waits for {lock} and had not given up after 1." in found.found
    waited = re.findall(r"(reads|writes) (?:took )?up to [\d.]+ s\b", found.found)
    assert tuple(waited) == behind
    assert found.location.file.stem == f"{found.revision}_step"
    assert found.location.line is not None


@pytest.mark.parametrize("case", GOOD)
def test_one_that_gives_up_or_hinders_nobody_is_proved(proofs, case):
    """
    A revision that gives up in time and leaves nothing in its own way is proved.
    """
    proof = proofs[case]

    assert (proof.status, proof.violations) == ("proved", ())
    assert GOOD[case][1] in proof.seen[0]


@pytest.mark.parametrize("case", ["gives up", "statement_timeout"])
def test_one_that_gave_up_has_changed_nothing(proofs, case):
    """
    The catalogue, the rows and the version are compared.
    """
    assert proofs[case].seen[0].endswith("; the database was as before")


def test_what_was_left_by_one_that_can_be_run_again_is_named(proofs):
    """
    A table and an invalid index outlive the lock timeout, and the second run copes with both.
    """
    told = proofs["can be run again"].seen[0]

    assert "table half is left over" in told
    assert told.endswith("was no obstacle when it was run again")


def test_one_that_gave_up_half_done_is_told(proofs):
    """
    The invalid index that a concurrent build leaves makes the second run fail.
    """
    (found,) = proofs["half done"].violations

    assert "; after that index orders_half is left over; run again" in found.found
    assert "DuplicateTable 42P07" in found.found
    assert found.location.line is not None


def test_rows_that_are_left_are_told_as_well(proofs):
    """
    What was inserted is in the way of inserting it again.
    """
    (found,) = proofs["rows left"].violations

    assert "; after that rows of shop.done changed; run again" in found.found
    assert "UniqueViolation 23505" in found.found


def test_one_that_copes_with_being_cancelled_has_waited_all_the_same(proofs):
    """
    That it finished in the end is no comfort to those who queued behind it.
    """
    (found,) = proofs["copes"].violations

    assert "it waits for ACCESS EXCLUSIVE on orders and had not given up after 1.2 s" in found.found


def test_what_comes_after_one_that_failed_is_tried(proofs):
    """
    One revision does not hide the next.
    """
    assert proofs["last"].status == "proved"
    assert proofs["last"].seen[0].startswith("finished beside ")


def test_nothing_is_in_the_way_of_the_first(proofs):
    """
    Where there was no table there is nothing to wait for.
    """
    assert proofs[""].seen == ("no table was there before it, so nothing can be in its way",)


def test_one_that_fails_anyhow_is_not_judged(tmp_path, bench):
    """
    What rows alone make fail is another check's.
    """
    step = "DO $$ BEGIN IF EXISTS (SELECT FROM orders) THEN RAISE 'rows'; END IF; END $$"
    proofs = bench(miniature(tmp_path, revisions=[TABLES, step, ""])).proofs(CHECK)

    assert proofs["r2"].status == "skipped"
    assert proofs["r2"].skipped.startswith("it fails before it waits: upgrade of r2")
    assert proofs["r3"].status == "proved"


DOWN = "ALTER TABLE orders DROP COLUMN more"
UP = f"{TIMEOUT} ALTER TABLE orders ADD COLUMN more int"
# The revision drops an index beside writers on its way down.
DROP = "DROP INDEX CONCURRENTLY IF EXISTS orders_built"
BUILT = autocommit(DROP, "CREATE INDEX CONCURRENTLY orders_built ON orders (amount)")
# What a downgrade does, and what is told of it; nothing if it is proved.
DOWNGRADES = {
    "waits": (
        Step(up=UP, down=DOWN),
        "its downgrade: with a long transaction in its way it waits for ACCESS EXCLUSIVE on orders "
        "and had not given up after 1.",
    ),
    "gives up": (Step(up=UP, down=f"{TIMEOUT} {DOWN}"), None),
    "half done": (
        Step(
            up="CREATE SEQUENCE scrap",
            down=autocommit(
                "SET lock_timeout = '300ms'",
                "DROP SEQUENCE scrap",
                "ALTER TABLE orders ALTER amount SET DEFAULT 1",
            ),
        ),
        "run again with nothing in its way it raised UndefinedTable 42P01",
    ),
    "impatient": (
        Step(up=BUILT, down=autocommit("SET lock_timeout = '300ms'", DROP, "RESET lock_timeout")),
        "for the transaction's end, which blocks nobody; after that orders_built is invalid",
    ),
    "outrun": (
        Step(
            up=BUILT,
            down=autocommit(
                "SET lock_timeout = '5min'",
                "SET statement_timeout = '1min'",
                DROP,
                "RESET lock_timeout",
                "RESET statement_timeout",
            ),
        ),
        "it is ended by statement_timeout after 60.0 s, however long lock_timeout (300.0 s) lets it"
        " wait, which blocks nobody; after that orders_built is invalid",
    ),
    "patient": (
        Step(
            up=BUILT,
            down=autocommit("SET lock_timeout = '5min'", DROP, "RESET lock_timeout"),
        ),
        None,
    ),
    "not above": (Step(up="SELECT 1", down=None), None),
    "declared": (Step(up="SELECT 1", down="python:raise NotImplementedError"), None),
}


@pytest.fixture(scope="module")
def downgrades(tmp_path_factory, bench_for_module):
    """The proof of each downgrade, all of them made in one history."""
    steps = [step for step, _ in DOWNGRADES.values()]
    folder = tmp_path_factory.mktemp("downgrades")
    path = miniature(folder, revisions=[TABLES, *_told_apart(steps)])
    with (path / "pyproject.toml").open("a") as file:
        file.write(CONFIGURATION)
    found = bench_for_module(path).proofs(CHECK)
    return {case: found[f"r{number}"] for number, case in enumerate(DOWNGRADES, 2)}


def _told_apart(steps):
    # Each has a column and an index of its own.
    for number, step in enumerate(steps):
        up, down = (
            None
            if text is None
            else text.replace("more", f"more_{number}").replace("built", f"built_{number}")
            for text in (step.up, step.down)
        )
        yield Step(up=up, down=down)


@pytest.mark.parametrize("case", DOWNGRADES)
def test_a_downgrade_is_held_to_the_same(downgrades, case):
    """
    A rollback that waits for ever, or leaves what was good half done, is told, with its revision.
    """
    _, told = DOWNGRADES[case]
    number = [*DOWNGRADES].index(case)

    violations = downgrades[case].violations

    assert [one.where for one in violations] == (
        [] if told is None else [f"r{number + 2} downgrade"]
    )
    for one in violations:
        assert told.replace("built", f"built_{number}") in one.found
        assert one.location.file.stem == f"r{number + 2}_step"
        assert one.location.line is not None


def test_what_a_downgrade_did_is_told_beside_the_upgrade(downgrades):
    """
    What is missing, or raises on purpose, is not tried.
    """
    assert downgrades["gives up"].seen[0].startswith("gave up after ")
    assert downgrades["gives up"].seen[1].startswith("its downgrade: gave up after ")
    assert downgrades["gives up"].seen[1].endswith("; the database was as before")
    assert (
        downgrades["patient"]
        .seen[1]
        .startswith("its downgrade: waits for the transaction's end and blocks nobody")
    )
    assert [len(downgrades[case].seen) for case in ("not above", "declared")] == [1, 1]


def test_an_index_that_became_invalid_serves_no_query(tmp_path, bench):
    """
    The harm: the plan has no index until the rollback is run again.
    """
    databases = bench(miniature(tmp_path, revisions=[TABLES])).databases
    database = databases.copy()
    plan = "EXPLAIN SELECT * FROM served WHERE a = 7"
    with database.connect(autocommit=True) as one, database.connect() as other:
        one.execute("CREATE TABLE served (a int); CREATE INDEX served_a ON served (a)")
        one.execute("SET enable_seqscan = off")
        before = one.execute(plan).fetchall()
        other.execute("SELECT FROM served")
        one.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            one.execute("DROP INDEX CONCURRENTLY served_a")
        other.rollback()
        after = one.execute(plan).fetchall()

    assert "served_a" in str(before)
    assert "served_a" not in str(after)
    databases.drop(database)


def test_revisions_up_to_the_floor_are_not_taken_down(tmp_path, bench):
    """
    Nobody takes them back any more.
    """
    path = miniature(tmp_path, revisions=[TABLES, Step(up=UP, down=DOWN)])
    with (path / "pyproject.toml").open("a") as file:
        file.write(CONFIGURATION + 'downgrade_floor = "r2"\n')
    proof = bench(path).proof(CHECK, "r2")

    assert (proof.status, len(proof.seen)) == ("proved", 1)


def test_one_that_takes_its_time_after_a_short_wait_is_proved(tmp_path, bench):
    """
    It is the wait for the lock that is limited, not what comes after it.
    """
    step = """python:
with op.get_context().autocommit_block():
    op.execute("SET lock_timeout = '300ms'")
    try:
        op.execute("ALTER TABLE orders ADD COLUMN short int")
    except sa.exc.OperationalError:
        op.execute("SELECT pg_sleep(1.5)")
"""
    path = miniature(tmp_path, revisions=[TABLES, step])
    with (path / "pyproject.toml").open("a") as file:
        file.write(CONFIGURATION)
    proof = bench(path).proof(CHECK, "r2")

    assert (proof.status, proof.violations) == ("proved", ())
    assert proof.seen[0].startswith("finished beside ")


def test_what_is_below_one_that_never_works_is_tried(tmp_path, bench):
    """
    The history is followed as far as it leads.
    """
    broken = "DO $$ BEGIN RAISE 'never'; END $$"
    proofs = bench(miniature(tmp_path, revisions=[TABLES, "", broken, ""])).proofs(CHECK)

    told = {revision: (proof.status, proof.blocked_by) for revision, proof in proofs.items()}
    blocked = ("skipped", "history/upgrade-from-empty")
    assert told == {
        "r1": ("proved", None),
        "r2": ("proved", None),
        "r3": blocked,
        "r4": blocked,
    }
