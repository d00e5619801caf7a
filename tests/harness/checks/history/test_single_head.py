"""history/single-head, on real Alembic histories."""

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from tests.harness.miniature import Step, miniature

CHECK = "history/single-head"

TWO_HEADS = [
    "CREATE TABLE a (id int)",
    Step(id="left", up="CREATE TABLE l (id int)", parents=("r1",)),
    Step(id="right", up="CREATE TABLE r (id int)", parents=("r1",)),
]


def test_two_heads_are_a_violation(tmp_path, bench):
    """
    Two revisions on one parent are reported as the two heads they are.
    """
    project = bench(miniature(tmp_path, revisions=TWO_HEADS))

    (found,) = project.violations(CHECK)

    assert (found.where, found.found) == ("heads", "2 heads: left, right")


def test_two_histories_are_two_heads(tmp_path, bench):
    """
    A second revision without a parent starts a second history, and that has a head of its own.
    """
    apart = ["CREATE TABLE a (id int)", Step(up="CREATE TABLE b (id int)", parents=())]
    project = bench(miniature(tmp_path, revisions=apart))

    (found,) = project.violations(CHECK)

    assert found.found == "2 heads: r1, r2"


@pytest.mark.parametrize(
    ("revisions", "head"),
    [
        pytest.param([""], "r1", id="one revision"),
        pytest.param(["", ""], "r2", id="a line"),
        pytest.param(
            [*TWO_HEADS, Step(id="joined", up="", parents=("left", "right"))], "joined", id="merge"
        ),
        pytest.param([Step(id="x" * 32, up="")], "x" * 32, id="longest name"),
    ],
)
def test_one_head_is_proved(tmp_path, bench, revisions, head):
    """
    A history that ends in one revision is proved, branches that were joined included.
    """
    project = bench(miniature(tmp_path, revisions=revisions))

    proof = project.proof(CHECK)

    assert proof.status == "proved"
    assert proof.seen == (f"{len(revisions)} revisions end in {head}",)


def test_alembic_refuses_to_choose_between_heads(tmp_path):
    """
    The harm is real: ``alembic upgrade head`` stops, before it has asked any server.
    """
    path = miniature(tmp_path, revisions=TWO_HEADS)
    config = Config(str(path / "alembic.ini"))
    config.set_main_option("sqlalchemy.url", "postgresql+psycopg://")

    with pytest.raises(CommandError, match="Multiple head revisions"):
        command.upgrade(config, "head", sql=True)
