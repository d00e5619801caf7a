"""history/downgrade-runs-alone: downgrades that need what their upgrade has left in the session."""

import pytest

from schemaproof.trials.rollbacks import Rollbacks
from tests.harness.miniature import Step, miniature

CHECK = "history/downgrade-runs-alone"

TABLES = Step(up="CREATE TABLE orders (id int, note text)", down="DROP TABLE orders")
NEEDY = {
    "a temporary table": (
        Step(
            up="CREATE TEMPORARY TABLE IF NOT EXISTS moved AS SELECT note FROM orders;"
            "ALTER TABLE orders DROP COLUMN note",
            down="ALTER TABLE orders ADD COLUMN note text; INSERT INTO orders (note) TABLE moved",
        ),
        "UndefinedTable 42P01",
    ),
    "a setting": (
        Step(
            up="SELECT set_config('own.limit', '3', false); ALTER TABLE orders ADD COLUMN n int",
            down="SELECT current_setting('own.limit'); ALTER TABLE orders DROP COLUMN n",
        ),
        "UndefinedObject 42704",
    ),
}


@pytest.mark.parametrize("case", NEEDY)
def test_what_the_session_has_lost_is_told(tmp_path, bench, case):
    """
    The round trip succeeds, and a run of its own raises.
    """
    step, error = NEEDY[case]
    project = bench(miniature(tmp_path, revisions=[TABLES, step, ""]))

    (found,) = project.violations(CHECK)

    assert found.where == "r2"
    assert f"in a session of its own the downgrade of r2 raised {error}" in found.found
    assert found.location.file.stem == "r2_step"
    assert found.location.line is not None
    assert project.proof("history/downgrade-restores-catalog", "r2").status == "proved"


def test_those_below_one_that_raises_are_tried(tmp_path, bench):
    """
    One failure does not hide the next.
    """
    first, second = (step for step, _ in NEEDY.values())
    proofs = bench(miniature(tmp_path, revisions=[TABLES, second, first])).proofs(CHECK)

    told = {name: proof.status for name, proof in proofs.items()}
    assert told == {"r1": "proved", "r2": "violated", "r3": "violated"}


def test_what_needs_the_database_alone_is_proved(tmp_path, bench):
    """
    Also above a revision that sends nothing, which is skipped.
    """
    last = Step(up="ALTER TABLE orders ADD COLUMN m int", down="ALTER TABLE orders DROP COLUMN m")
    proofs = bench(miniature(tmp_path, revisions=[TABLES, "", last])).proofs(CHECK)

    told = {name: proof.status for name, proof in proofs.items()}
    assert told == {"r1": "proved", "r2": "skipped", "r3": "proved"}


def test_what_raises_in_company_too_is_not_told_again(tmp_path, bench):
    """
    The round trip has told it.
    """
    broken = Step(up="ALTER TABLE orders ADD COLUMN m int", down="SELECT 1 / 0")
    declared = Step(up="", down="python:raise NotImplementedError")
    proofs = bench(miniature(tmp_path, revisions=[TABLES, broken, declared])).proofs(CHECK)

    told = {name: proof.status for name, proof in proofs.items()}
    assert told == {"r1": "proved", "r2": "skipped", "r3": "skipped"}


def test_revisions_up_to_the_floor_are_left_alone(tmp_path, bench):
    """
    Nobody takes them back any more.
    """
    step, _ = NEEDY["a setting"]
    path = miniature(tmp_path, revisions=[TABLES, step, Step(up="SELECT 1", down="SELECT 1")])
    with (path / "pyproject.toml").open("a") as file:
        file.write('downgrade_floor = "r2"\n')
    proofs = bench(path).proofs(CHECK)

    assert {name: proof.status for name, proof in proofs.items()} == {"r3": "proved"}


def test_branches_are_taken_back_each(tmp_path, bench):
    """
    The other branch stays where it is.
    """
    left = Step(id="left", parents=("r1",), up="CREATE TABLE l (i int)", down="DROP TABLE l")
    right = Step(id="right", parents=("r1",), up="CREATE TABLE r (i int)", down="DROP TABLE r")
    both = Step(id="both", parents=("left", "right"), up="SELECT 1", down="SELECT 1")
    proofs = bench(miniature(tmp_path, revisions=[TABLES, left, right, both])).proofs(CHECK)

    assert {proof.status for proof in proofs.values()} == {"proved"}
    assert len(proofs) == 4


def test_no_database_is_left(tmp_path, bench, bench_admin):
    """
    Neither of one that raised nor of those that came to the bottom.
    """
    step, _ = NEEDY["a setting"]
    project = bench(miniature(tmp_path, revisions=[TABLES, step]))
    history, rollbacks = project.subject.history, Rollbacks()
    rollbacks.take(history, project.databases, history.revisions, {"r1", "r2"})
    assert [rollbacks.raised(one) is None for one in history.revisions] == [True, False]

    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND NOT datistemplate"
    assert bench_admin.execute(query, [project.databases.prefix]).fetchall() == []
