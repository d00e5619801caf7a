"""history/deployers-take-turns: projects whose deployers get in each other's way."""

import re

import pytest

from schemaproof.trials.deployers import deploy_at_once
from tests.harness.miniature import miniature

CHECK = "history/deployers-take-turns"

TABLES = 'CREATE TABLE "Order %s" (id serial PRIMARY KEY, "select" int)'
INDEX = """python:with op.get_context().autocommit_block():
    op.execute(sa.text('CREATE INDEX CONCURRENTLY "my index" ON "Order %s" ("select")'))
"""
PLAIN = """        context.configure(
            connection=connection, target_metadata=target_metadata
        )
"""

# What stands in env.py before context.configure(), with a connection.
TRYING = """
        import time
        from sqlalchemy import text
        while not connection.scalar(text("SELECT pg_try_advisory_lock(7)")):
            connection.rollback()
            time.sleep(0.05)
        connection.commit()
"""
IMPATIENT = """
        from sqlalchemy import text
        if not connection.scalar(text("SELECT pg_try_advisory_lock(7)")):
            raise SystemExit("somebody else is migrating")
        connection.commit()
"""
BLOCKING = """
        from sqlalchemy import text
        connection.execute(text("SELECT pg_advisory_lock(7)"))
        connection.commit()
"""


def project(folder, lock="", revisions=(TABLES, INDEX), **options):
    path = miniature(folder, revisions=revisions, **options)
    env = path / "migrations" / "env.py"
    text = env.read_text()
    assert PLAIN in text
    env.write_text(text.replace(PLAIN, f"{lock}{PLAIN}"))
    return path


def test_deployers_without_a_lock_are_told(tmp_path, bench):
    """
    What ``alembic init`` writes takes no lock: whoever comes second fails, from both starts.
    """
    found = {one.where: one for one in bench(project(tmp_path)).violations(CHECK)}

    assert found.keys() == {"base", "before r2"}
    assert re.search("of 8 deployers that started together, [1-7] did not end", found["base"].found)
    assert "Order %s" in found["before r2"].found
    assert "already exists" in found["before r2"].found
    assert " in r2" in found["before r2"].found
    assert found["base"].location.file == tmp_path / "migrations" / "env.py"


def test_deployers_that_take_turns_are_proved(tmp_path, bench):
    """
    With a lock that is waited for outside of any transaction, one applies and seven find nothing.
    """
    proof = bench(project(tmp_path, TRYING)).proof(CHECK)

    assert (proof.status, proof.violations) == ("proved", ())
    told = "1 of 8 applied revisions, the others found nothing to do"
    assert proof.seen == (f"base: {told}", f"before r2: {told}")


def test_a_lock_that_is_waited_for_in_a_transaction_is_enough_without_concurrently(tmp_path, bench):
    """
    A single revision in one transaction waits for no snapshot.
    """
    proof = bench(project(tmp_path, BLOCKING, revisions=[TABLES])).proof(CHECK)

    assert (proof.status, proof.violations) == ("proved", ())
    assert len(proof.seen) == 1


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        pytest.param(IMPATIENT, "7 with SystemExit: somebody else is migrating", id="gives up"),
        pytest.param(BLOCKING, "deadlock detected", id="waits with a snapshot"),
    ],
)
def test_a_lock_of_the_wrong_kind_is_told(tmp_path, bench, lock, told):
    """
    Who gives up needs a human, and so does who waits for the winner who waits for them.
    """
    found = bench(project(tmp_path, lock)).violations(CHECK)

    assert "before r2" in {one.where for one in found}
    assert all(told in one.found for one in found), found


def test_the_schema_of_this_repository_takes_turns(schema_databases, schema_project):
    """
    Seven wait for the deploy lock, and then find nothing to do.
    """
    with schema_databases.clone() as database:
        deployers = deploy_at_once(schema_project, database)

    assert sorted((one.kind, one.steps) for one in deployers) == [
        *[("done", 0)] * 7,
        ("done", len(schema_project.history.revisions)),
    ]


def test_deployers_that_all_end_well_must_leave_what_one_leaves(tmp_path, bench):
    """
    An env.py that swallows its errors is given away by what is there afterwards.
    """
    path = project(
        tmp_path,
        revisions=[
            "CREATE SEQUENCE numbers",
            """python:with op.get_context().autocommit_block():
    number = op.get_bind().scalar(sa.text("SELECT nextval('numbers')"))
    op.execute(sa.text(f"CREATE TABLE made_{number} ()"))
""",
        ],
    )
    env = path / "migrations" / "env.py"
    run = "context.run_migrations()"
    calm = f"with __import__('contextlib').suppress(Exception): {run}"
    env.write_text(env.read_text().replace(run, calm))

    (found,) = bench(path).violations(CHECK)

    assert found.where == "before r2"
    assert re.search("ended well, and public.made_2, public.made_3 are not as one", found.found)
