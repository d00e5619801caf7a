"""
The seven tables: every column with its type, nullability, default and comment.
"""

import pytest

import models
from schemaproof.catalog import Catalog, Table
from schemaproof.catalog import Column as CatalogColumn
from tests import facts, rows

COLUMNS = [
    pytest.param(table, column, id=f"{table.name}.{column.name}")
    for table in facts.TABLES
    for column in table.columns
]
EACH_TABLE = pytest.mark.parametrize(
    "table", [pytest.param(table, id=table.name) for table in facts.TABLES]
)


def found(catalog: Catalog, name: str) -> Table:
    table = catalog.table("public", name)
    assert table is not None
    return table


def columns(catalog: Catalog, table: str) -> dict[str, CatalogColumn]:
    return {
        column.name: column for column in catalog.columns_of(found(catalog, table).qualified_name)
    }


def test_there_are_seven_tables_and_no_dataset(schema_catalog: Catalog):
    """The database holds the seven tables and Alembic's own, and none for datasets."""
    names = {table.name for table in schema_catalog.tables}

    assert names == {table.name for table in facts.TABLES} | {"alembic_version"}
    assert not any("dataset" in name for name in names)


@EACH_TABLE
def test_table(schema_catalog: Catalog, table: facts.Table):
    """The table is an ordinary logged one with a comment, and has exactly its columns, in order."""
    there = found(schema_catalog, table.name)

    assert (there.form, there.persistence) == ("ordinary", "permanent")
    assert there.comment
    assert list(columns(schema_catalog, table.name)) == [each.name for each in table.columns]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_column(schema_catalog: Catalog, table: facts.Table, column: facts.Column):
    """The column has the type, nullability, default and identity that it should have."""
    there = columns(schema_catalog, table.name)[column.name]

    assert there.type == column.type
    assert there.is_nullable is column.is_nullable
    assert there.default == column.default
    assert there.identity_generation == ("BY DEFAULT" if column.is_identity else None)
    assert there.generated is None


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_column_has_a_comment(schema_catalog: Catalog, table: facts.Table, column: facts.Column):
    """The column's comment says what it means, and its unit if it is measured in one."""
    comment = columns(schema_catalog, table.name)[column.name].comment

    assert comment
    assert comment.strip() == comment
    assert (column.unit or "") in comment


@EACH_TABLE
def test_primary_key(schema_catalog: Catalog, table: facts.Table):
    """The table is keyed by ``id``, under the name that the convention gives."""
    keys = [
        (each.name, each.columns)
        for each in schema_catalog.constraints_of(found(schema_catalog, table.name).qualified_name)
        if each.form == "primary key"
    ]

    assert keys == [(f"pk_{table.name}", ("id",))]


@EACH_TABLE
def test_model_maps_its_table(table: facts.Table):
    """The class has a docstring and maps exactly the columns of its table."""
    model = getattr(models, table.model)

    assert model.__tablename__ == table.name
    assert [column.name for column in model.__table__.columns] == [
        column.name for column in table.columns
    ]
    assert model.__doc__


@pytest.mark.parametrize("table", ["projects", "crawl_jobs", "images", "activity_logs"])
def test_surrogate_keys_do_not_run_out_at_32_bits(raw, table: str):
    """A row can have a key past 2^31, given or counted."""
    given = rows.insert(raw, table, id=2**31)
    raw.execute(f"ALTER TABLE {table} ALTER COLUMN id RESTART WITH {2**40}")

    assert given == 2**31
    assert rows.insert(raw, table) == 2**40
