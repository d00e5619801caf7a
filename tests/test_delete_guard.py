"""
A profile that owns an active project cannot be deleted; without one, its delete cascades.

Two transactions at once are told in ``test_delete_guard_races``.
"""

import pytest
from psycopg.errors import InsufficientPrivilege, RestrictViolation
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import models
from tests import make, rows
from tests.facts.checks import PROJECT_STATUSES

IDLE = [status for status in PROJECT_STATUSES if status != "active"]


def owner_of(raw, *statuses: str) -> object:
    owner = rows.insert(raw, "profiles", email="ada@example.org")
    for status in statuses:
        rows.insert(raw, "projects", user_id=owner, status=status)
    return owner


def count(raw, table: str) -> int:
    return raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


@pytest.mark.parametrize("active", [1, 3])
def test_owner_of_active_projects_stays(raw, active: int):
    """The refusal is a restrict_violation, and says who owns how many active projects."""
    owner = owner_of(raw, *["active"] * active, *IDLE)

    with pytest.raises(RestrictViolation) as refused, raw.transaction():
        rows.delete(raw, "profiles", owner)

    assert refused.value.sqlstate == "23001"
    message = refused.value.diag.message_primary
    assert str(owner) in message
    assert "ada@example.org" in message
    assert f"{active} active project" in message
    assert count(raw, "projects") == active + len(IDLE)


def test_the_refusal_can_be_handled_by_name(raw):
    """The error names table and trigger for programs, and tells people what to do."""
    owner = owner_of(raw, "active")

    with pytest.raises(RestrictViolation) as refused:
        rows.delete(raw, "profiles", owner)

    found = refused.value.diag
    assert (found.table_name, found.constraint_name) == ("profiles", "tr_profiles_delete_guard")
    assert "Archive or delete" in found.message_hint


@pytest.mark.parametrize("status", IDLE)
def test_idle_projects_do_not_block(raw, status: str):
    """An archived or deleted project goes with its owner."""
    owner = owner_of(raw, status, status)

    assert rows.delete(raw, "profiles", owner) == 1
    assert count(raw, "projects") == 0


def test_profile_without_projects_can_be_deleted(raw):
    """Nobody's active project but one's own keeps a profile."""
    owner_of(raw, "active")
    other = rows.insert(raw, "profiles")

    assert rows.delete(raw, "profiles", other) == 1


def test_archiving_the_last_active_project_frees_the_owner(raw):
    """Once no project is active, the same delete succeeds."""
    owner = owner_of(raw, "active")
    raw.execute("UPDATE projects SET status = 'archived' WHERE user_id = %s", [owner])

    assert rows.delete(raw, "profiles", owner) == 1


def test_a_statement_is_refused_as_a_whole(raw):
    """A DELETE of many profiles deletes none if one of them owns an active project."""
    owner_of(raw, "active")
    rows.insert(raw, "profiles")

    with pytest.raises(RestrictViolation), raw.transaction():
        raw.execute("DELETE FROM profiles")

    assert count(raw, "profiles") == 2


def test_a_role_that_sees_no_project_is_refused_too(raw):
    """The guard counts every project, also those hidden from whoever deletes."""
    owner = owner_of(raw, "active")
    raw.execute("CREATE ROLE suite_blind")
    raw.execute("GRANT SELECT, DELETE ON profiles TO suite_blind")
    raw.execute("ALTER TABLE projects ENABLE ROW LEVEL SECURITY")
    raw.execute("SET LOCAL ROLE suite_blind")

    with pytest.raises(RestrictViolation):
        rows.delete(raw, "profiles", owner)


def test_nobody_else_may_make_triggers_of_the_guard(raw):
    """It reads the table ``projects`` of whatever schema it is used in, as its owner."""
    raw.execute("CREATE ROLE suite_maker")
    raw.execute("CREATE SCHEMA lair AUTHORIZATION suite_maker")
    raw.execute("SET LOCAL ROLE suite_maker")
    raw.execute("CREATE TABLE lair.profiles (id uuid, email text)")

    with pytest.raises(InsufficientPrivilege, match="profiles_delete_guard"):
        raw.execute(
            "CREATE TRIGGER bait BEFORE DELETE ON lair.profiles"
            " FOR EACH ROW EXECUTE FUNCTION public.profiles_delete_guard()"
        )


@pytest.mark.parametrize("loaded", [True, False], ids=["loaded", "not-loaded"])
def test_the_orm_is_refused(schema_session: Session, *, loaded: bool):
    """Through the ORM it is an IntegrityError, whatever was loaded, and nothing is lost."""
    project = make.a_project(schema_session)
    owner = project.user
    schema_session.commit()
    assert not loaded or owner.projects == [project]

    schema_session.delete(owner)
    with pytest.raises(IntegrityError, match="1 active project") as refused:
        schema_session.flush()
    schema_session.rollback()

    assert refused.value.orig.sqlstate == "23001"
    assert schema_session.get(models.Project, project.id).user is owner


def test_the_orm_may_archive_and_delete_at_once(schema_session: Session):
    """Archiving the project and deleting its owner in one flush is in order."""
    project = make.a_project(schema_session)
    owner = project.user

    project.status = "archived"
    schema_session.delete(owner)
    schema_session.flush()
    schema_session.expire_all()

    assert schema_session.get(models.Profile, owner.id) is None
