"""deploy/revision-lock: how long the next deploy stops others, by the sizes of the real tables."""

import re
from dataclasses import replace

import pytest

from schemaproof.preflight import in_bytes
from tests.harness.checks.live import live
from tests.harness.miniature import Step, miniature

CHECK = "deploy/revision-lock"

ONE_TRANSACTION = "target_metadata=target_metadata"  # what alembic init writes
EACH_ITS_OWN = "transaction_per_migration=True"

TABLES = """
CREATE TABLE big (id int PRIMARY KEY, n int, x text, k int);
CREATE TABLE small (id int PRIMARY KEY, n int);
CREATE TABLE "O""r d%ers" (id int PRIMARY KEY, n int)
"""
ROWS = (
    "INSERT INTO small SELECT generate_series(1, 10)",
    "INSERT INTO big SELECT n, n, repeat('x', 180) FROM generate_series(1, 400000) AS n",
    "VACUUM ANALYZE big",
)
AE = "ACCESS EXCLUSIVE on big, which blocks its reads and writes"


def apart(*statements):
    """A body that sends each statement as a transaction of its own."""
    lines = "\n".join(f"    op.execute(sa.text({one!r}))" for one in statements)
    return f"python:with op.get_context().autocommit_block():\n{lines}"


def together(*statements):
    return "python:" + "\n".join(f"op.execute(sa.text({one!r}))" for one in statements)


# What a revision does, what is found, and what is told.
REVISIONS = {
    "rewritten": (
        "ALTER TABLE big ALTER n TYPE bigint",
        rf"takes {AE} for about \d+ (ms|s) by estimate: line 12 rewrites big: .* at 40 MB/s",
        "it writes big anew",
    ),
    "indexed": (
        "CREATE INDEX by_n ON big (n)",
        "takes SHARE on big, which blocks its writes for about .*: line 12 indexes big with by_n",
        "it builds by_n",
    ),
    "indexed beside the writers": (
        apart("CREATE INDEX CONCURRENTLY by_x ON big (x)"),
        None,
        "it builds by_x",
    ),
    "validated at once": (
        "ALTER TABLE big ADD CHECK (n > 0)",
        f"takes {AE} for about .*: line 12 scans big: .* at 200 MB/s",
        None,
    ),
    "not validated": (
        "ALTER TABLE big ADD CONSTRAINT later CHECK (n > 0) NOT VALID",
        None,
        None,
    ),
    "validated afterwards": ("ALTER TABLE big VALIDATE CONSTRAINT later", None, None),
    "held while another is read": (
        together("ALTER TABLE small ADD o int", "UPDATE big SET k = 1"),
        "takes ACCESS EXCLUSIVE on small, .* for about .*: line 13 changes rows of big",
        "it changes rows of big",
    ),
    "small": ("ALTER TABLE small ALTER n TYPE bigint", None, "it writes small anew"),
    "odd name": ('ALTER TABLE "O""r d%ers" ALTER n TYPE bigint', None, 'it writes O"r d%ers anew'),
    "new": ("CREATE TABLE more (id int PRIMARY KEY)", None, None),
    "renamed and rewritten": (
        together("ALTER TABLE big RENAME TO huge", "ALTER TABLE huge ALTER n TYPE numeric"),
        rf"takes {AE} for about .*: line 13 rewrites big: .* at 40 MB/s",
        "it writes big anew",
    ),
}
ID = {name: f"c{number}" for number, name in enumerate(REVISIONS, 1)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory, bench_for_module):
    """A live database with a table of some 90 MB, and a revision for each case."""
    steps = [Step(id=ID[name], up=up) for name, (up, *_) in REVISIONS.items()]
    path = miniature(tmp_path_factory.mktemp("shop"), revisions=[TABLES, *steps])
    env = path / "migrations" / "env.py"
    env.write_text(env.read_text().replace(ONE_TRANSACTION, f"{ONE_TRANSACTION}, {EACH_ITS_OWN}"))
    with live(bench_for_module(path), "r1", *ROWS) as there:
        yield there


@pytest.mark.parametrize("name", REVISIONS)
def test_a_lock_is_held_for_as_long_as_the_real_tables_take(shop, name):
    """
    Whatever they will be called then; and what the work needs of the disk is told.
    """
    _, found, disk = REVISIONS[name]

    said = shop.said(CHECK, pending=shop.pending[ID[name]])

    assert len(said.violations) == (found is not None), said.found
    if found:
        assert re.search(found, said.found[0]), said.found
    needs = [one for one in said.seen if "free disk" in one]
    assert bool(needs) == (disk is not None), said.seen
    assert disk is None or disk in needs[0]
    assert not said.skipped


def test_the_arithmetic_is_that_of_the_servers_own_sizes(shop):
    """
    A rewrite writes the table and its indexes.
    """
    (total,) = shop.reading.execute(
        "SELECT pg_table_size('big') + pg_indexes_size('big')"
    ).fetchone()

    said = shop.said(CHECK, pending=shop.pending[ID["rewritten"]])

    assert f"rewrites big: {in_bytes(total)} at 40 MB/s" in said.found[0]
    assert f"it needs about {in_bytes(total)} of free disk by estimate" in said.seen[-1]


def test_the_budget_is_the_projects(shop):
    """
    Who allows an hour is told of no violation.
    """
    project = shop.bench.subject.project
    shop.bench.subject.project = replace(project, stall_budget_ms=3_600_000)
    try:
        said = shop.said(CHECK, pending=shop.pending[ID["rewritten"]])
    finally:
        shop.bench.subject.project = project

    assert said.is_proved


def test_in_one_transaction_later_work_is_done_under_earlier_locks(tmp_path, bench):
    """
    As ``alembic init`` writes env.py, a lock of the first revision lasts to the end of the last.

    A revision with a transaction of its own in between ends it.
    """
    add, rewrite = "ALTER TABLE small ADD o int", "ALTER TABLE big ALTER n TYPE bigint"
    alone = apart("SELECT 1")
    path = miniature(
        tmp_path, revisions=[TABLES, add, rewrite, add.replace("o", "p"), alone, rewrite]
    )
    with live(bench(path), "r1", *ROWS) as there:
        first, last = (there.said(CHECK, pending=there.pending[name]) for name in ("r2", "r4"))

    assert re.search(r"on small, .* for about .*: r3 line 12 rewrites big", first.found[0])
    assert last.is_proved
