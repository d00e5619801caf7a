"""
What users of a table meet is noted as it was, and the better of two runs is kept.
"""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest

from schemaproof.catalog import QualifiedName
from schemaproof.history import MigrationFailed
from schemaproof.trials.traffic.requests import Requests
from schemaproof.trials.traffic.stall import Stall, TableTraffic
from schemaproof.trials.traffic.users import Crowd, User, lock_words

TABLE = QualifiedName("public", "orders")
DEADLOCK = "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"
STALE = "DO $$ BEGIN RAISE 'cached plan must not change result type'; END $$"


def sending(*statements):
    def sender(statement):
        return lambda connection: connection.execute(statement)

    return tuple(map(sender, statements))


def traffic(**changes):
    """A table that was used and kept nobody waiting, otherwise than given."""
    fields = {
        "table": TABLE,
        "kind": "reads",
        "requests": 9,
        "longest_wait_ms": 5.0,
        "idle_ms": 5.0,
        "waited_for": None,
        "failed": {},
        "outdated": 0,
        "refused": (),
    }
    return TableTraffic(**(fields | changes))


def failure(words):
    return MigrationFailed(RuntimeError(words), step="upgrade of r1", files={Path("x"): None})


@pytest.fixture
def database(schema_databases):
    """An empty database; dropped when the test ends."""
    with schema_databases.clone() as database:
        yield database


def at_work(database, requests, *, until):
    """The user who has sent these requests until something is true of them."""
    user = User(table=TABLE, kind="reads", requests=requests)
    end = threading.Event()
    with database.connect(autocommit=True) as connection:
        thread = threading.Thread(target=user.work, args=(connection, end))
        thread.start()
        patience = threading.Event()
        for _ in range(500):
            if until(user) or not thread.is_alive():
                break
            patience.wait(0.01)
        end.set()
        thread.join()
    return user


def test_each_request_is_sent_in_turn_and_timed(database):
    """
    A request that fails is timed as well, and the next one is sent.
    """
    user = at_work(database, sending("SELECT 1", DEADLOCK), until=lambda one: len(one.timed) > 4)

    assert user.failed["40P01"] >= 2
    assert len(user.timed) > user.failed["40P01"]
    assert all(began <= ended for began, ended in user.timed)
    assert [*user.timed] == sorted(user.timed)


@pytest.mark.parametrize(
    ("statement", "failed", "is_outdated"),
    [
        pytest.param(DEADLOCK, {"40P01"}, False, id="deadlock"),
        pytest.param(STALE, {"0A000"}, False, id="stale plan"),
        pytest.param("SELECT nothing", set(), True, id="a column that is gone"),
    ],
)
def test_what_a_request_dies_of_is_told_apart(database, statement, failed, is_outdated):
    """
    Who waited in vain has lost; who speaks of another schema is only outdated.
    """
    user = at_work(
        database, sending(statement), until=lambda one: one.outdated or sum(one.failed.values())
    )

    assert {*user.failed} == failed
    assert bool(user.outdated) == is_outdated


def test_a_user_whose_connection_is_gone_stops(database):
    """
    The loss is counted once, and nothing is sent after it.
    """
    user = at_work(
        database,
        sending("SELECT pg_terminate_backend(pg_backend_pid())"),
        until=lambda one: sum(one.failed.values()) > 1,
    )

    assert sum(user.failed.values()) == 1
    assert user.timed == []


def test_only_requests_that_are_taken_are_sent(database):
    """
    What is refused at the rehearsal is told, with the words of the server on one line.
    """
    user = User(table=TABLE, kind="reads", requests=sending("SELECT 1", "SELECT nothing"))
    with database.connect(autocommit=True) as connection:
        user.rehearse(connection)

    assert len(user.requests) == 1
    (refused,) = user.refused
    assert 'column "nothing" does not exist' in refused
    assert "\n" not in refused


def test_who_waits_for_another_user_is_not_seen_to_wait(database):
    """
    Only those who are no users keep users waiting, and the lock is named as the manual does.
    """
    with database.connect(autocommit=True) as connection:
        connection.execute("CREATE TABLE orders (id int)")

    def holding(connection):
        with connection.transaction():
            connection.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
            connection.execute("SELECT pg_sleep(0.1)")

    request = Requests(table=TABLE, reads=sending("SELECT FROM orders"), writes=(holding,))
    with Crowd(database, [request]) as crowd:
        among_themselves = [one.waited_for.copy() for one in crowd.users]
        with database.connect() as other:
            # Whoever locks a table has mostly read it before.
            other.execute("SELECT FROM orders")
            other.execute("LOCK TABLE orders IN EXCLUSIVE MODE")
            threading.Event().wait(0.4)

    assert not any(among_themselves)
    assert {*crowd.users[1].waited_for} == {"EXCLUSIVE on orders"}
    assert crowd.unwitnessed is None


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("AccessExclusiveLock", "ACCESS EXCLUSIVE"),
        ("ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"),
        (None, "a lock"),
    ],
)
def test_a_lock_is_named_as_in_the_manual(mode, words):
    assert lock_words(mode) == words


@pytest.mark.parametrize(
    ("changes", "is_bad"),
    [
        pytest.param({}, False, id="nobody waits"),
        pytest.param({"longest_wait_ms": 300.0, "waited_for": "SHARE on t"}, True, id="waits"),
        pytest.param({"longest_wait_ms": 300.0}, False, id="a busy machine"),
        pytest.param(
            {"longest_wait_ms": 300.0, "idle_ms": 101.0, "waited_for": "SHARE on t"},
            False,
            id="no longer than three times the noise",
        ),
        pytest.param(
            {"longest_wait_ms": 200.0, "waited_for": "SHARE on t"}, False, id="within the budget"
        ),
        pytest.param({"failed": {"40P01": 1}}, True, id="dies"),
        pytest.param({"failed": {"0A000": 3}}, False, id="a stale plan"),
    ],
)
def test_what_is_bad(changes, is_bad):
    """
    A lock that keeps somebody waiting for longer than the budget, or a request that is lost.
    """
    assert Stall(rows=1, traffic=(traffic(**changes),)).is_bad(200.0) == is_bad


def test_what_raised_or_was_not_seen_is_bad():
    """
    It is measured again.
    """
    assert Stall(rows=1, failure=failure("x")).is_bad(200.0)
    assert Stall(rows=1, unwitnessed="gone").is_bad(200.0)


def test_of_two_runs_the_better_counts_table_by_table():
    """
    A request that was lost is worse than any wait.
    """
    other = QualifiedName("public", "other")
    lost, slow = traffic(failed={"40P01": 1}, longest_wait_ms=1.0), traffic(longest_wait_ms=900.0)
    one = Stall(rows=1, traffic=(lost, traffic(table=other, longest_wait_ms=2.0)))
    two = Stall(rows=1, traffic=(slow, traffic(table=other, longest_wait_ms=3.0)))

    for better in (one.better(two), two.better(one)):
        assert [each.longest_wait_ms for each in better.traffic] == [900.0, 2.0]


def test_a_run_that_did_not_raise_is_better_and_tells_that_the_other_did():
    """
    What raises each time has raised.
    """
    first, second = failure("first"), failure("second")
    raised, went = Stall(rows=1, failure=first), Stall(rows=1, traffic=(traffic(),))

    for better in (raised.better(went), went.better(raised)):
        assert (better.failure, better.chance, better.traffic) == (None, first, went.traffic)
    assert raised.better(Stall(rows=1, failure=second)).failure is not None


def test_a_run_that_was_seen_is_better_than_one_that_was_not():
    """
    Who did not look cannot say that it went better.
    """
    blind = Stall(rows=1, traffic=(traffic(longest_wait_ms=1.0),), unwitnessed="gone")
    seen = Stall(rows=1, traffic=(traffic(longest_wait_ms=900.0),))

    for better in (blind.better(seen), seen.better(blind)):
        assert (better.unwitnessed, better.traffic) == (None, seen.traffic)


def test_a_lost_connection_is_counted_without_a_state():
    """
    The server had no time to say why.
    """
    user = User(table=TABLE, kind="reads", requests=())
    user._note(psycopg.OperationalError("server closed the connection unexpectedly"))

    assert dict(user.failed) == {"connection lost": 1}
