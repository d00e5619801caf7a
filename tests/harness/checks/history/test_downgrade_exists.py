"""history/downgrade-exists: revisions that cannot be taken back."""

import pytest

from schemaproof.coverage import not_covered
from schemaproof.history.history import NoSuchRevision
from tests.harness.miniature import Step, miniature

CHECK = "history/downgrade-exists"

MAKE = 'CREATE TABLE "Order Items" (id int)'
BACK = 'DROP TABLE "Order Items"'


@pytest.mark.parametrize(
    ("down", "told", "at"),
    [
        pytest.param(None, "there is no downgrade()", None, id="missing"),
        pytest.param("", "downgrade() does nothing; upgrade() made 1 differences", None, id="pass"),
        pytest.param(
            "python:op.get_bind()\nreturn",
            "downgrade() does nothing; upgrade() made 1 differences",
            None,
            id="sends nothing",
        ),
        pytest.param(
            "python:raise NotImplementedError('one way')",
            "downgrade() raises NotImplementedError: one way",
            "    raise NotImplementedError('one way')",
            id="not implemented",
        ),
        pytest.param(
            "python:raise NotImplementedError",
            "downgrade() raises NotImplementedError",
            "    raise NotImplementedError",
            id="not implemented, no words",
        ),
    ],
)
def test_a_revision_without_a_way_back_is_told(tmp_path, bench, down, told, at):
    """
    The revision is named, in what way it has no downgrade, and the line if there is one.
    """
    project = bench(miniature(tmp_path, revisions=[Step(up=MAKE, down=down), ""]))

    (found,) = project.violations(CHECK)

    assert (found.where, found.revision, found.found) == ("r1", "r1", told)
    lines = found.location.file.read_text().splitlines()
    assert (at and lines[found.location.line - 1]) == at


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(Step(up=MAKE, down=BACK), id="true inverse"),
        pytest.param(Step(up=MAKE, down="SELECT 1"), id="forgets, which another check tells"),
        pytest.param(Step(up=MAKE, down="DROP TABLE gone"), id="fails, which another check tells"),
        pytest.param(Step(up="", down=""), id="changes nothing"),
        pytest.param(Step(up="INSERT INTO a VALUES (1)", down=""), id="changes rows alone"),
        pytest.param(Step(up="CREATE TABLE a (id int)", down=""), id="fails on the way up"),
        pytest.param(
            Step(up=MAKE, down=f"python:op.get_bind().exec_driver_sql({BACK!r})"), id="raw"
        ),
    ],
)
def test_a_revision_with_a_way_back_is_proved(tmp_path, bench, step):
    """
    Whether the way back is a good one is another question.
    """
    table = Step(up="CREATE TABLE a (id int)", down="DROP TABLE a")
    project = bench(miniature(tmp_path, revisions=[table, step]))

    assert project.violations(CHECK) == []


def _floored(path, floor):
    file = path / "pyproject.toml"
    table = "[tool.schemaproof]\n"
    file.write_text(file.read_text().replace(table, f"{table}downgrade_floor = {floor!r}\n"))
    return path


def test_revisions_up_to_the_floor_are_only_taken_up(tmp_path, bench):
    """
    Of the floor and what it builds on nothing is claimed, and the report says so.
    """
    one_way = Step(up="CREATE TABLE a (id int)", down=None)
    raises = Step(up="CREATE TABLE b (id int)", down="python:1/0")
    project = bench(_floored(miniature(tmp_path, revisions=[one_way, raises, one_way, ""]), "r2"))

    proofs = project.proofs(CHECK)
    restored = project.proofs("history/downgrade-restores-catalog")
    named = [one.where for one in not_covered(project.subject, []) if "downgrade_floor" in one.why]

    assert [*proofs] == [*restored] == ["r3", "r4"]
    assert named == ["r1", "r2"]


def test_revisions_of_another_branch_are_above_the_floor(tmp_path, bench):
    """
    What the floor does not build on can still be undone, whenever it was written.
    """
    steps = [
        Step(up="", down=""),
        Step(id="left", up="", down=None, parents=("r1",)),
        Step(id="right", up="", down=None, parents=("r1",)),
        Step(id="merged", up="", down="", parents=("left", "right")),
    ]
    project = bench(_floored(miniature(tmp_path, revisions=steps), "left"))

    assert [one.where for one in project.violations(CHECK)] == ["right"]


def test_a_floor_that_is_no_revision_is_a_mistake(tmp_path, bench):
    """
    Nothing is silently left out.
    """
    project = bench(_floored(miniature(tmp_path, revisions=[""]), "r9"))

    with pytest.raises(NoSuchRevision, match="found 'r9'"):
        project.proofs(CHECK)


def test_a_downgrade_that_does_nothing_leaves_a_lie(tmp_path, bench):
    """
    The harm is real: Alembic says that the revision is gone, and its table is there.
    """
    project = bench(miniature(tmp_path, revisions=[Step(up=MAKE, down="")]))
    history = project.subject.history

    with project.databases.clone() as database:
        history.upgrade(database)
        history.downgrade(database, "base")
        with pytest.raises(Exception, match='relation "Order Items" already exists'):
            history.upgrade(database)
