"""
No row refers to a row that is not there.
"""

from uuid import uuid4

import pytest
from psycopg.errors import ForeignKeyViolation
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import models
from tests import facts, rows

EACH = pytest.mark.parametrize(
    "key", [pytest.param(key, id=key.label) for key in facts.FOREIGN_KEYS]
)
MODELS = {table.name: getattr(models, table.model) for table in facts.TABLES}


def nobody(key: facts.ForeignKey) -> object:
    """Return the id of a parent that does not exist."""
    return uuid4() if key.parent == "profiles" else 999_999_999


@EACH
def test_orphan_is_refused(raw, key: facts.ForeignKey):
    """An INSERT whose parent does not exist is refused by the foreign key, by name."""
    with pytest.raises(ForeignKeyViolation) as refused:
        rows.insert(raw, key.child, **{key.column: nobody(key)})

    assert refused.value.sqlstate == "23503"
    assert refused.value.diag.constraint_name == key.name


@EACH
def test_orphaning_update_is_refused(raw, key: facts.ForeignKey):
    """A row cannot be handed to a parent that does not exist."""
    child = rows.insert(raw, key.child)

    with pytest.raises(ForeignKeyViolation) as refused:
        rows.update(raw, key.child, child, **{key.column: nobody(key)})

    assert refused.value.diag.constraint_name == key.name


@EACH
def test_parent_key_cannot_move_away(raw, key: facts.ForeignKey):
    """The id of a row that others refer to cannot be changed under them."""
    parent = rows.insert(raw, key.parent)
    rows.insert(raw, key.child, **{key.column: parent})

    with pytest.raises(ForeignKeyViolation) as refused:
        rows.update(raw, key.parent, parent, id=nobody(key))

    assert refused.value.diag.constraint_name == key.name


@EACH
def test_orphan_is_refused_through_the_orm(raw, schema_session: Session, key: facts.ForeignKey):
    """The ORM gets the same refusal, as an IntegrityError with the constraint's name."""
    complete = MODELS[key.child](**_values(raw, key))

    schema_session.add(complete)
    with pytest.raises(IntegrityError) as refused:
        schema_session.flush()

    assert refused.value.orig.diag.constraint_name == key.name


def _values(raw, key: facts.ForeignKey) -> dict[str, object]:
    values = dict(rows.NEEDED[key.child])
    if "keywords" in values:
        values["keywords"] = ["cat"]
    for other in facts.FOREIGN_KEYS:
        if other.child == key.child and other != key:
            values[other.column] = rows.insert(raw, other.parent)
    return {**values, key.column: nobody(key)}
