"""
Every revision that can be reached is tried, whatever failed on the way.
"""

from __future__ import annotations

import pytest

from schemaproof.history import MigrationFailed
from tests.harness.history.test_walk import EACH_ITS_OWN, ENVIRONMENTS
from tests.harness.miniature import Step, miniature

A = Step(up="CREATE TABLE a (id int)", down="DROP TABLE a")
C = Step(up="CREATE TABLE c (id int)", down="DROP TABLE c")
REFUSES = Step(up="CREATE TABLE b (id int)", down="python:\nraise NotImplementedError('no way')\n")
FORGETS = Step(up="CREATE TABLE b (id int)", down="")
# The first half of what this downgrade does stays done.
HALF = Step(
    up="CREATE TABLE b (id int); CREATE INDEX b_id ON b (id)",
    down="""python:
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY b_id")
    op.execute("DROP TABLE nothing")
    """,
)
FAILS = Step(up="CREATE TABLE b (id nonsense)")


# Nor is there a table then to put rows into, when it is tried once more.
DROPS = Step(up="DROP TABLE a", down="")


@pytest.fixture
def tried(tmp_path, bench):
    """
    A function that writes a project and returns its round trips.
    """

    def run(*revisions, env=EACH_ITS_OWN):
        miniature(tmp_path, revisions=revisions)
        (tmp_path / "migrations" / "env.py").write_text(env)
        subject = bench(tmp_path).subject
        return subject.history.revisions, subject.round_trips

    return run


def outcomes(revisions, round_trips):
    """
    For each revision and leg, how many tables were there after it, or what it raised.
    """
    return [
        [_outcome(leg.outcome) for leg in round_trips.of(revision).legs] for revision in revisions
    ]


def _outcome(outcome):
    if isinstance(outcome, MigrationFailed):
        return outcome.told.partition(" LINE")[0]
    return len(outcome.tables)


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_each_revision_goes_up_down_and_up(tried, env):
    """
    Alembic's own table is there from the first upgrade on.
    """
    assert outcomes(*tried(A, C, env=env)) == [[2, 1, 2], [3, 2, 3]]


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize(
    ("step", "legs"),
    [
        pytest.param(REFUSES, [3, "NotImplementedError: no way"], id="refuses"),
        pytest.param(HALF, [3, 'UndefinedTable 42P01: table "nothing" does not exist'], id="half"),
        pytest.param(
            FORGETS, [3, 3, 'DuplicateTable 42P07: relation "b" already exists'], id="forgets"
        ),
    ],
)
def test_one_failure_does_not_hide_the_next(tried, step, legs, env):
    """
    Above a downgrade that raised, or that left something over, all goes on.
    """
    assert outcomes(*tried(A, step, C, env=env)) == [[2, 1, 2], legs, [4, 3, 4]]


def test_the_first_revision_may_fail_too(tried):
    """
    What it left over is in the way of everything, so the round_trips goes on elsewhere.
    """
    legs = [2, 2, 'DuplicateTable 42P07: relation "b" already exists']

    assert outcomes(*tried(FORGETS, C)) == [legs, [3, 2, 3]]


def test_an_upgrade_that_raises_ends_it(tried):
    """
    What lies above was never reached, and says why.
    """
    revisions, round_trips = tried(A, FAILS, C)

    assert outcomes(revisions[:2], round_trips) == [
        [2, 1, 2],
        ['UndefinedObject 42704: type "nonsense" does not exist'],
    ]
    with pytest.raises(MigrationFailed, match="nonsense"):
        round_trips.of(revisions[2])


def test_an_env_that_raises_ends_it(tried):
    revisions, round_trips = tried(A, env="raise KeyError('no settings')")

    with pytest.raises(MigrationFailed, match="no settings"):
        round_trips.of(revisions[0])


def test_statements_of_each_leg_are_kept(tried):
    revisions, round_trips = tried(A)

    (trip,) = map(round_trips.of, revisions)

    for leg, sql in zip(trip.legs, [A.up, A.down, A.up], strict=True):
        assert sql in [statement.sql for statement in leg.statements]


def test_what_was_dropped_and_not_brought_back_is_told(tried):
    """
    The rows for another attempt have nowhere to go, and it is made without.
    """
    legs = [1, 1, 'UndefinedTable 42P01: table "a" does not exist']

    assert outcomes(*tried(A, DROPS, C)) == [[2, 1, 2], legs, [2, 1, 2]]
