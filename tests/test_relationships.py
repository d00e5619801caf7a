"""
The fourteen relationships: seven pairs, each of which the database and not the ORM cascades.
"""

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipDirection, RelationshipProperty, Session

import models
from tests import facts, make

DIRECTIONS = {
    "one-to-many": RelationshipDirection.ONETOMANY,
    "many-to-one": RelationshipDirection.MANYTOONE,
}


def ends(*directions: str) -> list:
    return [
        pytest.param(end, id=end.label)
        for end in facts.RELATIONSHIPS
        if end.direction in directions
    ]


EACH = pytest.mark.parametrize("end", ends(*DIRECTIONS))


def mapped(end: facts.Relationship) -> RelationshipProperty:
    return getattr(models, end.model).__mapper__.relationships[end.attribute]


def test_there_are_fourteen():
    """These fourteen relationships exist, and no other."""
    names = {
        f"{mapper.class_.__name__}.{relationship.key}"
        for mapper in models.Base.registry.mappers
        for relationship in mapper.relationships
    }

    assert names == {end.label for end in facts.RELATIONSHIPS}
    assert len(names) == 14


@EACH
def test_relationship(end: facts.Relationship):
    """The relationship leads to its class, one to many or many to one, along its foreign key."""
    found = mapped(end)
    (pair,) = found.local_remote_pairs
    columns = {str(column) for column in pair}

    assert found.mapper.class_.__name__ == end.target
    assert found.direction is DIRECTIONS[end.direction]
    assert found.uselist is (end.direction == "one-to-many")
    assert end.key in columns


@EACH
def test_relationship_is_paired(end: facts.Relationship):
    """Each end names the other as the way back."""
    found = mapped(end)
    back = found.mapper.relationships[end.back_populates]

    assert found.back_populates == end.back_populates
    assert back.back_populates == end.attribute
    assert back.mapper.class_.__name__ == end.model


@EACH
def test_relationship_leaves_deleting_to_the_database(end: facts.Relationship):
    """No relationship deletes rows by itself: the foreign keys do."""
    found = mapped(end)

    assert found.passive_deletes
    assert not found.cascade.delete
    assert not found.cascade.delete_orphan


@pytest.mark.parametrize("end", ends("one-to-many"))
def test_adding_a_child_gives_it_its_parent(end: facts.Relationship):
    """A child that is put into a collection knows its parent at once, before anything is stored."""
    parent, child = getattr(models, end.model)(), getattr(models, end.target)()

    getattr(parent, end.attribute).append(child)

    assert getattr(child, end.back_populates) is parent


@pytest.mark.parametrize("end", ends("many-to-one"))
def test_giving_a_parent_adds_the_child(end: facts.Relationship):
    """A child that is given its parent is in the parent's collection at once."""
    child, parent = getattr(models, end.model)(), getattr(models, end.target)()

    setattr(child, end.attribute, parent)

    assert getattr(parent, end.back_populates) == [child]


@EACH
def test_relationship_is_read_from_the_database(schema_session: Session, end: facts.Relationship):
    """Loaded afresh, a row leads to its relatives in both directions."""
    family = vars(make.a_family(schema_session)).values()
    schema_session.expire_all()
    here = next(row for row in family if type(row).__name__ == end.model)
    there = next(row for row in family if type(row).__name__ == end.target)

    reached = getattr(here, end.attribute)

    assert reached == ([there] if end.direction == "one-to-many" else there)


@pytest.mark.parametrize("end", ends("many-to-one"))
def test_only_an_activity_log_may_lead_nowhere(end: facts.Relationship):
    """A child must have a parent, except a log: its user is optional, in its column too."""
    (column,) = mapped(end).local_columns

    assert bool(column.nullable) is end.is_optional
    assert end.is_optional is (end.model == "ActivityLog")


def test_orphaned_log_has_no_user(schema_session: Session):
    """A log of nobody reads back with no user."""
    log = make.an_activity_log(schema_session)
    schema_session.expire_all()

    assert log.user is None
    assert inspect(log).persistent
