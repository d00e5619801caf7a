"""
Templates are built once, clones are private, and both are gone when they are not needed.
"""

from __future__ import annotations

import concurrent.futures
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from schemaproof.postgres import Database, Databases, Server, new_prefix
from schemaproof.postgres._pool import ClonePool, PoolClosed
from tests.harness import traces


@pytest.fixture
def databases(schema_server: Server) -> Iterator[Databases]:
    """
    Databases of this test alone, dropped afterwards.
    """
    made = Databases(schema_server, prefix=new_prefix())
    yield made
    made.close()
    with schema_server.connect() as admin:
        for name in _names(made):
            Databases._drop(admin, name)


def _names(databases: Databases) -> list[str]:
    with databases.server.connect() as admin:
        rows = admin.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1",
            [databases.prefix],
        )
        return [name for (name,) in rows]


def _make_table(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("CREATE TABLE t (n int)")


def _count(database: Database) -> int:
    with database.connect() as connection:
        row = connection.execute("SELECT count(*) FROM t").fetchone()
        assert row is not None
        return int(row[0])


def test_a_template_is_built_once_however_many_ask(databases):
    """
    Four asking at once, each with its own `Databases` as the workers of pytest-xdist have.
    """
    builds: list[str] = []
    ready = threading.Barrier(4)

    def build(database: Database) -> None:
        builds.append(database.name)
        time.sleep(0.05)
        _make_table(database)

    def ask(_: int) -> Database:
        own = Databases(databases.server, prefix=databases.prefix)
        ready.wait()
        return own.template("one", build)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))

    assert len(builds) == 1
    assert {template.name for template in found} == set(builds)


def test_a_build_that_fails_leaves_nothing_and_may_be_tried_again(databases):
    def fail(database: Database) -> None:
        _make_table(database)
        raise LookupError("no")

    with pytest.raises(LookupError):
        databases.template("one", fail)

    assert _names(databases) == []
    template = databases.template("one", _make_table)
    with databases.clone(template) as clone:
        assert _count(clone) == 0


def test_a_half_built_template_of_a_killed_worker_is_built_anew(databases):
    """
    What has no mark of being finished is not trusted.
    """
    template = databases.template("one", _make_table)
    with databases.server.connect() as admin:
        admin.execute(f'ALTER DATABASE "{template.name}" IS_TEMPLATE false ALLOW_CONNECTIONS true')
    builds: list[str] = []

    databases.template("one", lambda database: builds.append(database.name))

    assert builds == [template.name]


def test_a_finished_template_lets_nobody_in(databases):
    template = databases.template("one", _make_table)

    with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
        template.connect()


def test_a_session_that_a_build_leaves_open_is_ended(databases):
    """
    A pool that an ``env.py`` keeps would be in the way of every clone.
    """
    kept: list[psycopg.Connection[object]] = []
    template = databases.template("one", lambda database: kept.append(database.connect()))

    with databases.clone(template) as clone, clone.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    kept[0].close()


def test_clones_are_private(databases):
    template = databases.template("one", _make_table)

    with databases.clone(template) as one, databases.clone(template) as other:
        with one.connect() as connection:
            connection.execute("INSERT INTO t VALUES (1)")

        assert (_count(one), _count(other)) == (1, 0)
    with databases.clone(template) as third:
        assert _count(third) == 0


def test_an_empty_clone_has_nothing(databases):
    with databases.clone() as clone, clone.connect() as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        ).fetchone()

    assert found == (0,)


def test_a_clone_is_dropped_after_use_even_with_a_session_in_it(databases):
    with databases.clone() as clone:
        session = clone.connect()
    try:
        assert traces.wait_until(lambda: clone.name not in _names(databases), within_s=10)
    finally:
        session.close()


def test_a_clone_is_dropped_when_its_user_raises(databases):
    with pytest.raises(ZeroDivisionError), databases.clone() as clone:
        1 / 0  # noqa: B018

    assert traces.wait_until(lambda: clone.name not in _names(databases), within_s=10)


def test_what_is_held_lasts_until_the_run_ends(databases):
    """
    A connection to a copy of its own, which goes with everything else.
    """
    template = databases.template("one", _make_table)
    first, second = databases.hold(template), databases.hold(template)

    first.execute("INSERT INTO t VALUES (1)")
    first.commit()
    other = second.execute("SELECT count(*) FROM t").fetchone()
    databases.close()

    assert other == (0,)
    assert first.closed
    assert second.closed


def test_the_pool_keeps_two_ahead_from_the_second_clone_on(databases):
    """
    Many a template is cloned only once: nothing is made ahead for it.
    """
    with databases.clone() as first:
        time.sleep(0.1)
        assert _names(databases) == [first.name]

        with databases.clone() as second:
            assert traces.wait_until(lambda: len(_names(databases)) == 4, within_s=10)
            assert {first.name, second.name} < set(_names(databases))
            time.sleep(0.1)
            assert len(_names(databases)) == 4


def test_a_clone_of_something_that_is_not_there_is_an_error(databases):
    missing = Database(databases.server, f"{databases.prefix}_missing")

    with pytest.raises(psycopg.errors.InvalidCatalogName), databases.clone(missing):
        pass


def test_what_was_built_is_looked_at_once(databases):
    """
    Whoever builds a template looks at it, whatever locks were left on it; who finds it does not.
    """
    left_open: list[psycopg.Connection] = []
    seen: list[int] = []

    def build(database: Database) -> None:
        _make_table(database)
        left_open.append(database.connect())
        left_open[0].execute("LOCK TABLE t")

    def look(database: Database) -> None:
        with database.connect() as connection:
            connection.execute("SET lock_timeout = '5s'")
            seen.extend(connection.execute("SELECT count(*) FROM t").fetchone() or ())

    for own in (databases, Databases(databases.server, prefix=databases.prefix)):
        own.template("seen", build, look=look)

    assert seen == [0]
    left_open[0].close()


def test_a_look_that_fails_leaves_nothing(databases):
    def fail(_database: Database) -> None:
        raise RuntimeError("not to be read")

    with pytest.raises(RuntimeError, match="not to be read"):
        databases.template("unread", _make_table, look=fail)

    assert _names(databases) == []


@pytest.mark.parametrize(
    "label", ['Order "Items"', "select", "a%b", "naïve λ", "back\\slash 'quoted'", "x" * 40]
)
def test_odd_names_are_names(label, databases):
    template = databases.template(label, _make_table)

    with databases.clone(template) as clone:
        assert _count(clone) == 0
    assert databases.template(label, lambda _: pytest.fail("built twice")) == template


def test_long_labels_that_begin_alike_are_two_templates(databases):
    """
    PostgreSQL cuts a name after 63 bytes; the revisions of some projects have longer ones.
    """
    long = "before 2024_11_14_add_the_index_that_nobody_has_asked_for_until_today"

    first = databases.template(f"{long}_1", lambda _database: None)
    second = databases.template(f"{long}_2", _make_table)

    assert first.name != second.name
    with databases.clone(second) as clone:
        assert _count(clone) == 0


def test_another_process_uses_the_same_server(schema_server):
    """
    What is handed over is enough to connect, and closing it there leaves the server running.
    """
    other = Server.taken_over(schema_server.hand_over())
    with other, other.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    with schema_server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_whoever_waits_for_a_clone_is_told_when_the_run_ends(schema_server):
    """
    An ending pool answers every taker: a thread that waits for ever would keep the process.
    """
    under_way, gate = threading.Event(), threading.Event()

    def create(_admin: object, _name: str) -> None:
        under_way.set()
        gate.wait(20)

    pool = ClonePool(
        connect=schema_server.connect, create=create, drop=create, name=lambda: "never made"
    )

    def ask() -> str:
        try:
            return pool.take()
        except PoolClosed:
            return "told"

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert under_way.wait(20)
    closing = threading.Thread(target=pool.close)
    closing.start()
    gate.set()
    for thread in (closing, *threads):
        thread.join(20)

    assert [thread for thread in threads if thread.is_alive()] == []


def test_a_closed_pool_refuses():
    pool = ClonePool(connect=None, create=None, drop=None, name=None)
    pool.close()

    with pytest.raises(PoolClosed):
        pool.take()


def test_a_copy_is_of_what_a_database_is_now(databases):
    """
    A copy is taken of a database that goes on to change; whoever is still connected is sent away.
    """
    first = databases.copy()
    with first.connect(autocommit=True) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
        second = databases.copy(first)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")

    with second.connect(autocommit=True) as connection:
        connection.execute("INSERT INTO t VALUES (2)")
        databases.drop(first)
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)
    databases.drop(second)

    assert not {first.name, second.name} & {*_names(databases)}


def test_a_copy_that_is_lent_goes_also_when_its_user_raises(databases):
    """
    Many revisions may raise in one run, and the disk is not theirs.
    """
    template = databases.template("t", _make_table)

    with pytest.raises(LookupError), databases.copied(template):
        raise LookupError

    assert _names(databases) == [template.name]
