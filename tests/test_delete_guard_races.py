"""
The delete guard under concurrency: never an orphan, never a lost active project.

A project becomes active in one transaction while its owner is deleted in another. Both begin before
either has done anything; one acts first and commits while the other waits for it, or rolls back.
Every wait has an end, so that a race that goes wrong is a failure and not a hanging run.
"""

import pytest

from tests import rows
from tests.fix_scene import Scene, attempt, commit

LEVELS = ["read committed", "repeatable read", "serializable"]
# What the one who comes too late is told; which of them depends on the isolation level.
REFUSALS = {
    "23001": "the guard refused the delete",
    "23503": "the owner is gone",
    "40001": "the row changed since the transaction began",
    "40P01": "a deadlock, resolved",
}
EACH_LEVEL = pytest.mark.parametrize("scene", LEVELS, indirect=True)
EACH_ACTIVATION = pytest.mark.parametrize("activation", ["insert", "activate", "transfer"])


def assert_nothing_lost(scene: Scene, activated: int | str, deleted: int | str) -> None:
    """Exactly one of the two had its way, and the database agrees with what they were told."""
    had_their_way = [outcome for outcome in (activated, deleted) if outcome == 1]
    refused = [outcome for outcome in (activated, deleted) if outcome != 1]
    owned = "SELECT count(*) FROM projects WHERE user_id = %s AND status = 'active'"
    orphans = "SELECT count(*) FROM projects WHERE user_id NOT IN (SELECT id FROM profiles)"

    assert len(had_their_way) == 1, (activated, deleted)
    assert refused[0] == 0 or refused[0] in REFUSALS, refused
    assert scene.observer.execute(orphans).fetchone() == (0,)
    assert rows.exists(scene.observer, "profiles", scene.owner) is (activated == 1)
    assert bool(scene.observer.execute(owned, [scene.owner]).fetchone()[0]) is (activated == 1)


@EACH_LEVEL
@EACH_ACTIVATION
def test_activation_comes_first(scene: Scene, activation: str):
    """The delete waits for the project that is being made active, sees it, and is refused."""
    activated = getattr(scene, activation)()
    deleting = scene.later(scene.deleter, scene.delete)
    activated = commit(scene.activator, activated)
    deleted = commit(scene.deleter, deleting.result())

    assert activated == 1
    assert_nothing_lost(scene, activated, deleted)


@EACH_LEVEL
@EACH_ACTIVATION
def test_delete_comes_first(scene: Scene, activation: str):
    """The activation waits for the delete, and finds no owner, or no project."""
    deleted = scene.delete()
    activating = scene.later(scene.activator, getattr(scene, activation))
    deleted = commit(scene.deleter, deleted)
    activated = commit(scene.activator, activating.result())

    assert deleted == 1
    assert_nothing_lost(scene, activated, deleted)


@EACH_LEVEL
@EACH_ACTIVATION
def test_activation_that_is_rolled_back_blocks_nobody(scene: Scene, activation: str):
    """A project that did not become active after all does not keep its owner."""
    getattr(scene, activation)()
    deleting = scene.later(scene.deleter, scene.delete)
    scene.activator.rollback()
    deleted = commit(scene.deleter, deleting.result())

    assert deleted == 1
    assert_nothing_lost(scene, "40001", deleted)


@EACH_LEVEL
@EACH_ACTIVATION
def test_delete_that_is_rolled_back_blocks_nobody(scene: Scene, activation: str):
    """A profile that was not deleted after all can be given an active project."""
    scene.delete()
    activating = scene.later(scene.activator, getattr(scene, activation))
    scene.deleter.rollback()
    activated = commit(scene.activator, activating.result())

    assert activated == 1
    assert_nothing_lost(scene, activated, "40001")


@EACH_LEVEL
@EACH_ACTIVATION
def test_activation_is_over_before_the_delete(scene: Scene, activation: str):
    """A delete is refused even if its transaction began before the project became active."""
    activated = commit(scene.activator, getattr(scene, activation)())
    deleted = commit(scene.deleter, attempt(scene.deleter, scene.delete))

    assert activated == 1
    assert_nothing_lost(scene, activated, deleted)


@EACH_LEVEL
@EACH_ACTIVATION
def test_delete_is_over_before_the_activation(scene: Scene, activation: str):
    """An activation comes to nothing even if its transaction still sees the owner."""
    deleted = commit(scene.deleter, scene.delete())
    activated = commit(scene.activator, attempt(scene.activator, getattr(scene, activation)))

    assert deleted == 1
    assert_nothing_lost(scene, activated, deleted)


@EACH_LEVEL
def test_deadlock_is_resolved(scene: Scene):
    """Locks taken in opposite orders end one of the two, at once, and nothing is lost."""
    scene.activate()
    deleting = scene.later(scene.deleter, scene.delete)
    activated = commit(scene.activator, attempt(scene.activator, scene.insert))
    deleted = commit(scene.deleter, deleting.result())

    assert "57014" not in (activated, deleted)
    assert_nothing_lost(scene, activated, deleted)


@EACH_LEVEL
def test_two_deletes(scene: Scene):
    """Of two that delete the same profile one does; the other touches nothing or is told so."""
    first = scene.delete()
    second = scene.later(
        scene.activator, lambda: rows.delete(scene.activator, "profiles", scene.owner)
    )
    first = commit(scene.deleter, first)

    assert first == 1
    assert commit(scene.activator, second.result()) in {0, "40001"}
