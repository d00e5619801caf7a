"""
Who listens to SQLAlchemy for a trial stops when it ends: what comes after it is not watched.
"""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from tests.harness.miniature import Step, miniature

EVENTS = ("before_cursor_execute", "after_cursor_execute", "do_connect")
STEP = Step(
    up="""python:with op.get_context().autocommit_block():
    op.execute("CREATE TABLE IF NOT EXISTS t (n int)")
    op.execute("DROP INDEX CONCURRENTLY IF EXISTS i")
    op.execute("CREATE INDEX CONCURRENTLY i ON t (n)")
""",
    down="DROP TABLE t",
)


def listeners():
    dispatch = create_engine("postgresql+psycopg://").dispatch
    found = {name: len([*getattr(dispatch, name)]) for name in EVENTS if name != "do_connect"}
    dialect = create_engine("postgresql+psycopg://").dialect.dispatch
    return found | {"do_connect": len([*dialect.do_connect])}


@pytest.mark.parametrize(
    "check",
    [
        "history/blocking-locks",
        "history/survives-crash",
        "history/gives-up-on-locks",
        "history/downgrade-runs-alone",
    ],
)
@pytest.mark.parametrize("last", ["SELECT 1", "SELECT 1 / 0"], ids=["ends well", "raises"])
def test_nobody_listens_any_more(tmp_path, bench, check, last):
    """
    Neither after a history that ended well nor after one that raised.
    """
    before = listeners()

    bench(miniature(tmp_path, revisions=[STEP, last])).proofs(check)

    assert listeners() == before
