"""
What the project says must hold of live rows, asked of rows that break it.
"""

import pytest

from schemaproof.preflight import Data
from schemaproof.project import Project
from tests import rows


@pytest.fixture
def invariant(schema_project: Project):
    """The invariant that the delete guard leaves to the rows."""
    (found,) = schema_project.invariants
    return found


def test_owned_projects_break_no_invariant(raw, invariant):
    """Whatever their status."""
    owner = rows.insert(raw, "profiles")
    for status in ("active", "archived", "deleted"):
        rows.insert(raw, "projects", user_id=owner, status=status)

    found = Data(raw).violating(invariant)

    assert (found.rows, found.obstacle) == (0, None)


def test_an_active_project_whose_owner_went_past_the_guard_is_found(raw, invariant):
    """With its triggers disabled a delete leaves it: the guard's, and those of the key."""
    owner = rows.insert(raw, "profiles")
    left = [rows.insert(raw, "projects", user_id=owner, status="active") for _ in range(2)]
    rows.insert(raw, "projects", user_id=owner, status="archived")
    raw.execute("SET LOCAL session_replication_role = replica")

    rows.delete(raw, "profiles", owner)

    found = Data(raw).violating(invariant)
    assert (found.rows, found.keys) == (2, tuple(map(str, left)))
