"""
What goes with a deleted row, and what stays: in SQL and through the ORM.

The ORM sends one DELETE and nothing else, however many children there are: the database cascades.
"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from tests import facts, make, rows

EACH = pytest.mark.parametrize(
    "key", [pytest.param(key, id=key.label) for key in facts.FOREIGN_KEYS]
)
CASCADES = [key for key in facts.FOREIGN_KEYS if key.on_delete == "CASCADE"]
EACH_CASCADE = pytest.mark.parametrize("key", [pytest.param(key, id=key.label) for key in CASCADES])
SETS_NULL = [key for key in facts.FOREIGN_KEYS if key.on_delete == "SET NULL"]
CHILDREN = [end for end in facts.RELATIONSHIPS if end.direction == "one-to-many"]
TABLES = {table.model: table.name for table in facts.TABLES}
# An active project keeps its owner: that is told in test_delete_guard.
IDLE = {"projects": {"status": "archived"}}


def child_of(raw, key: facts.ForeignKey, parent: object) -> object:
    return rows.insert(raw, key.child, **{key.column: parent}, **IDLE.get(key.child, {}))


@EACH_CASCADE
def test_delete_takes_the_children(raw, key: facts.ForeignKey):
    """Deleting a parent deletes its children, and no other's."""
    parent, other = rows.insert(raw, key.parent), rows.insert(raw, key.parent)
    children = [child_of(raw, key, parent) for _ in range(2)]
    others_child = child_of(raw, key, other)

    assert rows.delete(raw, key.parent, parent) == 1

    assert not any(rows.exists(raw, key.child, child) for child in children)
    assert rows.exists(raw, key.child, others_child)


@pytest.mark.parametrize("key", [pytest.param(key, id=key.label) for key in SETS_NULL])
def test_delete_leaves_the_children_without_a_parent(raw, key: facts.ForeignKey):
    """Deleting a parent keeps its children as they are, and takes the parent out of them."""
    parent, other = rows.insert(raw, key.parent), rows.insert(raw, key.parent)
    child = rows.insert(raw, key.child, **{key.column: parent}, action="login", metadata="[1]")
    others_child = child_of(raw, key, other)

    assert rows.delete(raw, key.parent, parent) == 1

    kept = [
        rows.read(raw, key.child, child, column) for column in ("user_id", "action", "metadata")
    ]
    assert kept == [None, "login", [1]]
    assert rows.read(raw, key.child, others_child, key.column) == other


@EACH
def test_deleting_a_child_keeps_its_parent(raw, key: facts.ForeignKey):
    """A cascade runs one way."""
    parent = rows.insert(raw, key.parent)
    child = child_of(raw, key, parent)

    rows.delete(raw, key.child, child)

    assert rows.exists(raw, key.parent, parent)


def test_delete_takes_the_whole_tree(raw, schema_session: Session):
    """Deleting a profile empties every table below it; its log stays, and another's tree whole."""
    mine = keys(make.a_family(schema_session))
    other = keys(make.a_family(schema_session))

    rows.delete(raw, "profiles", mine["profiles"])

    assert remaining(raw, mine) == {"activity_logs"}
    assert remaining(raw, other) == set(TABLES.values())
    owner = rows.read(raw, "activity_logs", other["activity_logs"], "user_id")
    assert owner == other["profiles"]


def test_export_goes_with_whoever_asked(raw):
    """Deleting a user who exported somebody else's job deletes the export and not the job."""
    job, guest = rows.insert(raw, "crawl_jobs"), rows.insert(raw, "profiles")
    export = rows.insert(raw, "export_jobs", crawl_job_id=job, user_id=guest)

    rows.delete(raw, "profiles", guest)

    assert not rows.exists(raw, "export_jobs", export)
    assert rows.exists(raw, "crawl_jobs", job)


@pytest.mark.parametrize("loaded", [True, False], ids=["loaded", "not-loaded"])
@pytest.mark.parametrize("end", [pytest.param(end, id=end.label) for end in CHILDREN])
def test_the_orm_sends_one_statement(
    raw, schema_session: Session, statements: list[str], end: facts.Relationship, *, loaded: bool
):
    """Deleting an object sends one DELETE of its own row, whatever the session has loaded."""
    family = make.a_family(schema_session)
    before = keys(family)
    parent = next(row for row in vars(family).values() if type(row).__name__ == end.model)
    schema_session.expunge_all()
    parent = schema_session.get_one(type(parent), before[TABLES[end.model]])
    assert not loaded or len(getattr(parent, end.attribute)) == 1
    statements.clear()

    schema_session.delete(parent)
    schema_session.flush()

    sent = [statement.split(" WHERE")[0] for statement in statements]
    assert sent == [f"DELETE FROM {TABLES[end.model]}"]
    kept = {"activity_logs"} if end.target == "ActivityLog" else set()
    assert remaining(raw, before) & {TABLES[end.target]} == kept


def test_one_statement_for_many_children(schema_session: Session, statements: list[str]):
    """Two hundred children cost no more statements than one."""
    job = make.a_crawl_job(schema_session)
    values = {"original_url": "https://example.org/cat.jpg", "filename": "cat.jpg"}
    job.images.extend(models.Image(**values) for _ in range(200))
    schema_session.flush()
    statements.clear()

    schema_session.delete(job)
    schema_session.flush()

    assert len(statements) == 1
    assert schema_session.scalars(select(models.Image)).all() == []


def test_the_orm_sees_what_the_database_did(schema_session: Session):
    """After the delete is committed, children read as gone and a log as nobody's."""
    family = make.a_family(schema_session)
    project = family.project.id

    schema_session.delete(family.profile)
    schema_session.commit()

    assert family.activity_log.user is None
    assert schema_session.get(models.Project, project) is None


def keys(family: make.Family) -> dict[str, object]:
    """Return the ids of a family by table."""
    return {row.__tablename__: row.id for row in vars(family).values()}


def remaining(raw, before: dict[str, object]) -> set[str]:
    """Return the tables whose row is still there."""
    return {table for table, key in before.items() if rows.exists(raw, table, key)}
