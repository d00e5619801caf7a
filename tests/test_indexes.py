"""
The indexes: exactly these, and each can serve the query it is there for.

Whether a query of real size prefers its index is measured elsewhere; here it is left no other way.
"""

import pytest
from psycopg import sql

from schemaproof.catalog import Catalog, Index, snapshot
from tests import facts

EACH = pytest.mark.parametrize(
    "index", [pytest.param(index, id=index.name) for index in facts.INDEXES]
)


def secondary(catalog: Catalog) -> dict[str, Index]:
    return {
        index.name: index
        for index in catalog.indexes
        if not index.is_primary and index.table.name != "alembic_version"
    }


def test_there_are_twenty(schema_catalog: Catalog):
    """Beside those of the primary keys there are exactly these twenty indexes."""
    names = sorted(secondary(schema_catalog))

    assert names == sorted(index.name for index in facts.INDEXES)
    assert len(names) == 20


def test_the_first_migration_makes_thirteen(schema_databases, schema_history):
    """The initial schema comes with the thirteen indexes of the checklist; seven come later."""
    first = schema_history.revisions[0]
    with schema_databases.clone(None) as database, database.connect() as connection:
        schema_history.upgrade(database, first.id)
        names = sorted(secondary(snapshot(connection)))

    assert names == sorted(index.name for index in facts.INDEXES if index.is_initial)
    assert len(names) == 13


@EACH
def test_index(schema_catalog: Catalog, index: facts.Index):
    """The index is a whole, valid b-tree on its columns, in order, ascending."""
    there = secondary(schema_catalog)[index.name]

    assert there.table.name == index.table
    assert tuple(str(key).strip('"') for key in there.keys) == index.columns
    assert there.method == "btree"
    assert there.is_unique is index.is_unique
    assert (there.predicate, there.include) == (None, ())
    assert there.is_valid
    assert there.is_ready


def test_unique_email_is_one_constraint_with_one_index(schema_catalog: Catalog):
    """A single index serves both the uniqueness and the lookup of an address."""
    of_email = [
        each for each in secondary(schema_catalog).values() if each.keys[0].column == "email"
    ]

    assert [(each.name, each.constraint) for each in of_email] == [
        ("uq_profiles_email", "uq_profiles_email")
    ]


@EACH
def test_index_can_serve_its_query(raw, explain, index: facts.Index):
    """With no other index and no sequential scan to choose, the index looks up, or sorts."""
    raw.execute("SET LOCAL enable_seqscan = off")
    for other in facts.INDEXES:
        if other.table == index.table and other.name not in {index.name, "uq_profiles_email"}:
            raw.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(other.name)))

    plan = explain(index.query)

    (scan,) = [node for node in plan.walk() if node.index is not None]
    assert scan.index == index.name
    assert all(column in (scan.index_condition or "") for column in index.condition)
    assert scan.filter is None
    assert not (index.sorts and any("Sort" in node.node for node in plan.walk()))
