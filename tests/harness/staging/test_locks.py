"""A whole look at a live database takes no lock above ACCESS SHARE, on whatever connection."""

import datetime as dt
from pathlib import Path

import psycopg
import pytest

from schemaproof.project import Project
from schemaproof.prover import Prover
from schemaproof.selection import Selection
from schemaproof.staging import read_only
from schemaproof.subject import Live

ROOT = Path(__file__).parents[3]
HELD = """
SELECT DISTINCT mode, locktype, relation::regclass::text FROM pg_locks
JOIN pg_stat_activity USING (pid)
WHERE application_name = 'schemaproof' AND datname = current_database() AND granted
"""


@pytest.fixture(scope="module")
def staged(own_databases):
    """This repository's schema, before its last revision, with rows."""
    project = Project.load(ROOT)
    with own_databases.clone() as database:
        project.history.upgrade(database, project.history.revisions[-2].id)
        with database.connect(autocommit=True) as connection:
            connection.execute(
                "INSERT INTO profiles (id, email) VALUES (gen_random_uuid(), 'a@b.c')"
            )
        yield database


def test_no_statement_holds_more_than_access_share(staged, own_databases):
    """
    Seen from another session after each statement, before its transaction ends.
    """
    held = set()
    with (
        staged.connect(autocommit=True) as watcher,
        read_only(staged.url.render_as_string(hide_password=False)) as session,
    ):

        class Watched(psycopg.Cursor):
            """A cursor after whose statements the locks are looked at."""

            def execute(self, *arguments, **options):
                done = super().execute(*arguments, **options)
                held.update(watcher.execute(HELD.encode()).fetchall())
                return done

        def watched(connection):
            connection.cursor_factory = Watched
            return connection

        lend = session.another
        session.another = lambda: watched(lend())
        watched(session)
        live = Live(
            Project.load(ROOT), own_databases, session, today=dt.datetime.now(dt.UTC).date()
        )
        prover = Prover(live)
        checks = Selection(thorough=True, place="staging").choose()
        proofs = [prover.prove(claim) for claim in prover.claims(checks)]

    assert len(proofs) > 100
    assert {mode for mode, *_ in held} == {"AccessShareLock", "ExclusiveLock"}
    # The one that a transaction holds on its own number.
    assert {kind for mode, kind, _ in held if mode == "ExclusiveLock"} == {"virtualxid"}
    assert {"images", "profiles", "alembic_version"} <= {name for *_, name in held}
