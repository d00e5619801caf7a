"""
Whoever watches the locks of a revision is in nobody's way.
"""

from __future__ import annotations

from tests.harness.miniature import Step, miniature

CHECK = "history/blocking-locks"


def test_a_table_that_went_or_has_another_name_is_in_nobodys_way(tmp_path, bench):
    """
    What a revision dropped or renamed before a statement outside transactions is not looked for.
    """
    tables = Step(
        up="CREATE TABLE scrap (id int); CREATE TABLE old (id int); CREATE TABLE kept (id int)",
        down="DROP TABLE kept; DROP TABLE old; DROP TABLE scrap",
    )
    moves = Step(
        up="""python:
        op.execute("DROP TABLE scrap")
        op.execute("ALTER TABLE old RENAME TO new")
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY kept_id ON kept (id)")
        """,
        down="""python:
        op.execute("DROP INDEX kept_id")
        op.execute("ALTER TABLE new RENAME TO old")
        op.execute("CREATE TABLE scrap (id int)")
        """,
    )
    project = bench(miniature(tmp_path, revisions=[tables, moves]))

    proof = project.proof(CHECK, "r2")

    assert (proof.status, proof.violations) == ("proved", ())
    assert "SHARE UPDATE EXCLUSIVE on kept" in proof.seen[0]


def test_a_lock_on_a_second_connection_does_not_hang_the_watch(tmp_path, bench):
    """
    Where there is no place to stand nothing is claimed, and the revision is what it is without.
    """
    holds = Step(
        up="""python:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool
        bind = op.get_bind()
        other = create_engine(bind.engine.url, poolclass=NullPool)
        op.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        with other.connect().execution_options(isolation_level="AUTOCOMMIT") as second:
            second.execute(sa.text("CREATE TABLE beside (id int)"))
        other.dispose()
        """,
        down="DROP TABLE beside",
    )
    table = Step(up="CREATE TABLE orders (id int)", down="DROP TABLE orders")
    # Whoever had no place to stand is asked again.
    later = Step(
        up="""python:with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY later ON orders (id)")
        """,
        down="DROP INDEX later",
    )
    project = bench(miniature(tmp_path, revisions=[table, holds, later]))

    assert project.proof(CHECK, "r3").seen[0].startswith("SHARE UPDATE EXCLUSIVE on orders")
    assert project.violations("history/upgrade-survives-rows") == []
    proof = project.proof(CHECK, "r2")

    assert proof.status == "skipped"
    assert "second connection" in proof.skipped
    assert project.violations("history/downgrade-restores-catalog") == []
