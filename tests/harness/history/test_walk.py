"""
A walk takes the steps that it is told, in one run of the project's own ``env.py``.
"""

from __future__ import annotations

import pytest

from schemaproof.errors import SchemaproofError
from schemaproof.history import MigrationFailed, Statement, Step, Walker
from tests.harness import miniature as mini

TWO_TABLES = (
    mini.Step(up="CREATE TABLE a (id int)", down="DROP TABLE a"),
    mini.Step(up="CREATE TABLE b (id int)", down="DROP TABLE b"),
)

SINGLE_TRANSACTION = """
from alembic import context
from sqlalchemy import NullPool, create_engine
url = context.config.get_main_option("sqlalchemy.url")
with create_engine(url, poolclass=NullPool).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
EACH_ITS_OWN = SINGLE_TRANSACTION.replace(
    "connection=connection", "connection=connection, transaction_per_migration=True"
)
TWICE = SINGLE_TRANSACTION.replace(
    "context.run_migrations()", "context.run_migrations(); context.run_migrations()"
)
ENVIRONMENTS = {"single transaction": SINGLE_TRANSACTION, "each its own": EACH_ITS_OWN}


@pytest.fixture
def walk(tmp_path, bench):
    """
    A function that writes a project, walks it on an empty database and returns that.
    """

    def walking(itinerary, *, revisions=TWO_TABLES, env=None, watch=None, **options):
        mini.miniature(tmp_path, revisions=revisions, **options)
        if env is not None:
            file = tmp_path / "migrations" / "env.py"
            file.write_text(f"{env}\nwith open('runs', 'a') as runs:\n    runs.write('x')\n")
        project = bench(tmp_path)
        history = project.subject.history
        with project.databases.clone() as database:
            history.walk(database, lambda walker: itinerary(history.revisions, walker), watch)
            with database.connect() as connection:
                return {
                    name
                    for (name,) in connection.execute(
                        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                        " AND relkind = 'r' AND relname <> 'alembic_version'"
                    )
                }

    return walking


def up(revision) -> Step:
    return Step(revision=revision, is_upgrade=True)


def down(revision) -> Step:
    return Step(revision=revision, is_upgrade=False)


def tables(walker: Walker) -> set[str]:
    return {table.name for table in walker.snapshot().tables} - {"alembic_version"}


@pytest.mark.parametrize(
    "options",
    [
        *(pytest.param({"env": text}, id=name) for name, text in ENVIRONMENTS.items()),
        pytest.param({"template": "async", "url_env": ()}, id="async"),
    ],
)
def test_every_step_is_seen_when_it_is_done(walk, options):
    """
    Also where all steps share one transaction, which nobody else sees into.
    """
    seen = []

    def there_and_back(revisions, walker):
        for step in (up(revisions[0]), up(revisions[1]), down(revisions[1]), up(revisions[1])):
            yield step
            seen.append((str(walker.step), tables(walker), walker.heads()))

    left = walk(there_and_back, **options)

    assert seen == [
        ("upgrade of r1", {"a"}, {"r1"}),
        ("upgrade of r2", {"a", "b"}, {"r2"}),
        ("downgrade of r2", {"a"}, {"r1"}),
        ("upgrade of r2", {"a", "b"}, {"r2"}),
    ]
    assert left == {"a", "b"}


def test_env_is_run_once(walk, tmp_path):
    """
    However many steps there are.
    """

    def ten_times(revisions, _walker):
        for _ in range(10):
            yield up(revisions[0])
            yield down(revisions[0])

    walk(ten_times, env=EACH_ITS_OWN)

    assert (tmp_path / "runs").read_text() == "x"


STATEMENTS = mini.Step(
    up="""python:
    op.create_table("c", sa.Column("id", sa.Integer))
    op.execute(sa.text("INSERT INTO c VALUES (:n)").bindparams(n=5))
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY c_id ON c (id)")
    """,
)


def test_statements_are_noted_with_their_lines(walk, tmp_path):
    """
    What the revision sent has a line of its file; Alembic's bookkeeping has none.
    """
    noted: list[Statement] = []

    def once(revisions, walker):
        yield up(revisions[0])
        noted.extend(walker.statements)

    walk(once, revisions=[STATEMENTS])

    lines = (tmp_path / "migrations" / "versions" / "r1_step.py").read_text().splitlines()
    own = [statement for statement in noted if statement.line is not None]
    assert [(lines[s.line - 1].split("(")[0].strip(), s.is_autocommit) for s in own] == [
        ("op.create_table", False),
        ("op.execute", False),
        ("op.execute", True),
    ]
    assert own[1].parameters == {"n": 5}
    assert "alembic_version" in noted[-1].sql
    assert noted[-1].line is None


def test_a_watcher_is_asked_on_the_connection_that_did_it(walk):
    """
    It sees the locks that the statement took; what it asks itself is not noted.
    """
    locks = []

    def watch(connection, statement):
        if statement.line is not None:
            locks.append(
                connection.exec_driver_sql(
                    "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid()"
                    " AND relation = to_regclass('a') AND mode = 'AccessExclusiveLock'"
                ).scalar()
            )

    noted = []

    def once(revisions, walker):
        yield up(revisions[0])
        noted.extend(statement for statement in walker.statements if "pg_locks" in statement.sql)

    walk(once, watch=watch)

    assert locks == ["AccessExclusiveLock"]
    assert noted == []


def test_a_step_that_raises_is_named(walk):
    """
    The error tells the step, the file and the statement, and what had been sent before.
    """
    broken = mini.Step(up="python:\nop.execute('SELECT 1')\nop.execute('SELECT nothing')\n")

    with pytest.raises(MigrationFailed, match='column "nothing" does not exist') as raised:
        walk(lambda revisions, _walker: map(up, revisions), revisions=[TWO_TABLES[0], broken])

    error = raised.value
    assert (error.step, error.path.name, error.statement) == (
        "upgrade of r2",
        "r2_step.py",
        "SELECT nothing",
    )
    assert [statement.sql for statement in error.statements] == ["SELECT 1"]


def test_an_env_that_raises_is_named(walk):
    with pytest.raises(MigrationFailed, match="no such settings") as raised:
        walk(
            lambda revisions, _walker: map(up, revisions), env="raise KeyError('no such settings')"
        )

    assert raised.value.step == "env.py"


def test_what_the_itinerary_raises_is_not_blamed_on_a_migration(walk):
    def lost(revisions, _walker):
        yield up(revisions[0])
        raise LookupError("where to?")

    with pytest.raises(LookupError, match="where to"):
        walk(lost)


def test_an_env_that_migrates_twice_is_refused(walk):
    """
    A loop over tenants, or over databases, has no one state to look at.
    """
    with pytest.raises(SchemaproofError, match=r"calls run_migrations\(\) once"):
        walk(lambda revisions, _walker: map(up, revisions), env=TWICE)
