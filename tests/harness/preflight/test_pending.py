"""preflight: which revisions a live database has not run, and what they do to it."""

import pytest
from psycopg.pq import TransactionStatus

from tests.harness.checks.live import live
from tests.harness.miniature import Step, miniature

CHECK = "deploy/revision-fits-data"

TABLE = "CREATE TABLE t (id int PRIMARY KEY, x text)"
NULL = "INSERT INTO t VALUES (1, NULL), (2, '')"
SET = "ALTER TABLE t ALTER x SET NOT NULL"


def each(*statements):
    return "python:" + "\n".join(f"op.execute(sa.text({one!r}))" for one in statements)


def test_pending_revisions_are_told_in_the_order_of_the_deploy(tmp_path, bench):
    """
    Those that the stamp builds on have run; a merge comes after both its branches.
    """
    steps = [
        Step(up=TABLE),
        Step(up="SELECT 1", id="a", parents=("r1",)),
        Step(up="SELECT 1", id="b", parents=("r1",)),
        Step(up="SELECT 1", id="m", parents=("a", "b")),
    ]
    with live(bench(miniature(tmp_path, revisions=steps)), "a") as there:
        found = there.pending
        said = there.said(CHECK, pending=found["b"])

    assert [(name, one.place, one.among) for name, one in found.items()] == [
        ("b", 1, 2),
        ("m", 2, 2),
    ]
    assert said.seen == [
        "1 of 2 revisions that the deploy runs; it demands nothing of rows that are there"
    ]


def test_who_is_at_the_head_has_nothing_to_run(tmp_path, bench):
    """
    Nor has who is at a revision that the history does not know: its deploy cannot begin.
    """
    with live(bench(miniature(tmp_path, revisions=[TABLE, SET])), "r2") as there:
        assert there.pending == {}
        with there.looked_at.connect(autocommit=True) as connection:
            connection.execute("UPDATE alembic_version SET version_num = 'unknown'")
        with there.again():
            del there.__dict__["pending"]
            assert there.pending == {}


def test_what_a_table_demands_from_its_birth_is_asked_of_nobody(tmp_path, bench):
    """
    An empty database has no rows, whatever its first revisions demand.
    """
    path = miniature(tmp_path, revisions=[TABLE, SET])
    with live(bench(path), None, "CREATE TABLE alembic_version (version_num text)") as there:
        said = [there.said(CHECK, pending=one) for one in there.pending.values()]

    assert [one.is_proved for one in said] == [True, True]


def test_a_revision_that_raises_is_told_and_those_above_it_are_not_tried(tmp_path, bench):
    """
    Without a row already: what it would find among rows nobody knows.
    """
    path = miniature(tmp_path, revisions=[TABLE, "ALTER TABLE t DROP gone", SET])
    with live(bench(path), "r1", NULL) as there:
        broken, above = (there.said(CHECK, pending=there.pending[name]) for name in ("r2", "r3"))

    assert "without rows, it raises UndefinedColumn 42703" in broken.found[0]
    assert not above.violations
    assert above.skipped == ["revision r2 raises on a database without rows already"]


def test_rows_that_are_mended_one_by_one_are_not_said_to_break(tmp_path, bench):
    """
    On a database without rows such a revision sends no UPDATE; that it looks at the table is seen.
    """
    up = (
        "python:bind = op.get_bind()\n"
        "for (key,) in bind.execute(sa.text('SELECT id FROM t WHERE x IS NULL')).fetchall():\n"
        "    bind.execute(sa.text(\"UPDATE t SET x = '' WHERE id = :key\"), {'key': key})\n"
        f"bind.execute(sa.text({SET!r}))"
    )
    with live(bench(miniature(tmp_path, revisions=[TABLE, up])), "r1", NULL) as there:
        said, error = there.said(CHECK, pending=there.pending["r2"]), there.upgrade("r2")

    assert error is None
    assert not said.violations
    assert "1 row now breaks NOT NULL of t.x, and r2 line 13 may mend" in said.skipped[0]


@pytest.mark.parametrize(
    ("first", "is_told"),
    [
        pytest.param("UPDATE t SET x = '' WHERE x IS NULL", False, id="mended"),
        pytest.param("VACUUM t", True, id="not mended"),
    ],
)
def test_what_is_a_transaction_of_its_own_may_mend_too(tmp_path, bench, first, is_told):
    """
    Its locks are gone when it has been done: what it names, it may have written to.
    """
    up = (
        "python:with op.get_context().autocommit_block():\n"
        f"    op.execute(sa.text({first!r}))\n"
        f"op.execute(sa.text({SET!r}))"
    )
    with live(bench(miniature(tmp_path, revisions=[TABLE, up])), "r1", NULL) as there:
        said, error = there.said(CHECK, pending=there.pending["r2"]), there.upgrade("r2")

    assert (error is not None) is is_told
    assert bool(said.violations) is is_told
    assert bool(said.skipped) is not is_told


def test_an_earlier_pending_revision_may_mend_for_a_later_one(tmp_path, bench):
    """
    All pending revisions run before the one that demands.
    """
    mend = "UPDATE t SET x = '' WHERE x IS NULL"
    with live(bench(miniature(tmp_path, revisions=[TABLE, mend, SET])), "r1", NULL) as there:
        said, error = there.said(CHECK, pending=there.pending["r3"]), there.upgrade("r3")

    assert error is None
    assert "r2 line 12 may mend them first" in said.skipped[0]


def test_a_partition_is_not_told_beside_its_table(tmp_path, bench):
    """
    However many there are.
    """
    tables = each(
        "CREATE TABLE t (id int, x text) PARTITION BY RANGE (id)",
        "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE t_2 PARTITION OF t DEFAULT",
    )
    with live(bench(miniature(tmp_path, revisions=[tables, SET])), "r1", NULL) as there:
        said = there.said(CHECK, pending=there.pending["r2"])

    assert [one.where for one in said.violations] == ["r2: t.x"]


def test_rows_are_asked_beside_a_lock_that_only_readers_pass(tmp_path, bench):
    """
    EXCLUSIVE lets ACCESS SHARE by and nothing else; afterwards no transaction is left open.
    """
    with live(bench(miniature(tmp_path, revisions=[TABLE, SET])), "r1", NULL) as there:
        with there.looked_at.connect() as other:
            other.execute("LOCK TABLE t IN EXCLUSIVE MODE")
            said = there.said(CHECK, pending=there.pending["r2"])
            size = there.said("deploy/revision-lock", pending=there.pending["r2"])
            other.rollback()
        left = there.reading.info.transaction_status

    assert len(said.violations) == 1
    assert size.is_proved
    assert left == TransactionStatus.IDLE


def test_rows_behind_a_stronger_lock_are_not_waited_for(tmp_path, bench):
    """
    What cannot be asked within lock_timeout is told.
    """
    with live(bench(miniature(tmp_path, revisions=[TABLE, SET])), "r1", NULL) as there:
        there.data.limits  # noqa: B018 - it looks at no row
        there.reading.execute("SET lock_timeout = 50")
        with there.looked_at.connect() as other:
            other.execute("LOCK TABLE t")
            said = there.said(CHECK, pending=there.pending["r2"])
            other.rollback()

    assert "NOT NULL of t.x: another session's lock was in its way" in said.skipped[0]
    assert not said.violations
