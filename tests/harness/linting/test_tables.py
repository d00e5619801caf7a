"""
The table that a statement is about is found under whatever name it is written.
"""

from __future__ import annotations

import pytest

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.linting.script import write_script
from schemaproof.linting.tables import Tables
from tests.harness.linting.test_script import sent

SCHEMA = """
CREATE SCHEMA a;
CREATE SCHEMA shop;
CREATE TABLE a.orders (id int);
CREATE TABLE orders (id int);
CREATE TABLE shop.orders (id int);
CREATE TABLE a.items (id int);
CREATE TABLE shop.items (id int);
CREATE TABLE "Orders" (id int);
CREATE INDEX by_id ON shop.items (id)
"""


@pytest.fixture(scope="module")
def before(schema_databases):
    """What a database with several tables of one name contains."""
    with schema_databases.clone() as database, database.connect() as connection:
        connection.execute(SCHEMA)
        return snapshot(connection)


@pytest.mark.parametrize(
    ("text", "table"),
    [
        pytest.param("ALTER TABLE orders ADD n int", ("public", "orders"), id="public first"),
        pytest.param("ALTER TABLE items ADD n int", ("a", "items"), id="no public"),
        pytest.param("ALTER TABLE shop.orders ADD n int", ("shop", "orders"), id="schema"),
        pytest.param("alter table ONLY Shop.ORDERS ADD n int", ("shop", "orders"), id="folded"),
        pytest.param('ALTER TABLE "Orders" ADD n int', ("public", "Orders"), id="quoted"),
        pytest.param('ALTER TABLE "shop" . "orders" ADD n int', ("shop", "orders"), id="apart"),
        pytest.param("CREATE INDEX ON shop.items (id)", ("shop", "items"), id="index"),
        pytest.param("DROP INDEX CONCURRENTLY by_id", ("shop", "items"), id="index that goes"),
        pytest.param("ALTER TABLE nothing ADD n int", None, id="new"),
        pytest.param("DROP INDEX nothing", None, id="new index"),
        pytest.param("ALTER TABLE other.orders ADD n int", None, id="another schema"),
        pytest.param("SELECT 1", None, id="no table"),
    ],
)
def test_a_table_is_found_by_its_name(before, text, table):
    (piece,) = write_script([sent(text)]).pieces
    tables = Tables(before, [piece])

    assert tables.of(piece) == (table and QualifiedName(*table))
    assert tables.is_new(piece) == (table is None and text != "SELECT 1")


def test_a_table_is_found_under_its_new_name(before):
    """
    Renamed in the same revision, it is still one that was there.
    """
    first, second = write_script(
        [sent('ALTER TABLE shop.items RENAME TO "Things"'), sent('CREATE INDEX ON "Things" (id)')]
    ).pieces

    assert Tables(before, [first, second]).of(second) == QualifiedName("shop", "items")
