"""
The seven foreign keys. What they do is in ``test_cascades`` and ``test_rejection``.
"""

import pytest

import models
from schemaproof.catalog import Catalog, ForeignKey
from tests import facts

EACH_KEY = pytest.mark.parametrize(
    "key", [pytest.param(key, id=key.label) for key in facts.FOREIGN_KEYS]
)


def found(catalog: Catalog, name: str) -> ForeignKey:
    (key,) = [each for each in catalog.foreign_keys if each.name == name]
    return key


def test_there_are_seven(schema_catalog: Catalog):
    """These seven foreign keys exist, and no other."""
    names = sorted(key.name for key in schema_catalog.foreign_keys)

    assert names == sorted(key.name for key in facts.FOREIGN_KEYS)
    assert len(names) == 7


@EACH_KEY
def test_foreign_key(schema_catalog: Catalog, key: facts.ForeignKey):
    """The key ties its column to the parent's id, and declares what a delete does."""
    there = found(schema_catalog, key.name)

    assert (there.table.name, there.columns) == (key.child, (key.column,))
    assert (there.target.name, there.target_columns) == (key.parent, ("id",))
    assert there.on_delete == key.on_delete
    assert there.on_update == "NO ACTION"


@EACH_KEY
def test_foreign_key_holds_for_every_row_at_once(schema_catalog: Catalog, key: facts.ForeignKey):
    """The key is validated and enforced, and checked by the statement, not at commit."""
    there = found(schema_catalog, key.name)

    assert there.is_validated
    assert there.is_enforced
    assert not there.is_deferrable


@EACH_KEY
def test_model_declares_the_key(key: facts.ForeignKey):
    """The model names the same parent, the same constraint and the same action."""
    column = models.Base.metadata.tables[key.child].columns[key.column]
    (declared,) = column.foreign_keys

    assert declared.target_fullname == f"{key.parent}.id"
    assert (declared.ondelete, declared.constraint.name) == (key.on_delete, key.name)


@EACH_KEY
def test_foreign_key_is_indexed(schema_catalog: Catalog, key: facts.ForeignKey):
    """An index that leads with the key's column serves joins and cascades."""
    leading = {
        index.keys[0].column for index in schema_catalog.indexes if index.table.name == key.child
    }

    assert key.column in leading
