"""
Names are written as PostgreSQL writes them.
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from schemaproof.catalog import Catalog, QualifiedName, difference, quote_identifier, snapshot
from schemaproof.catalog.names import KEY_WORDS

EXOTIC = [
    pytest.param("Order Items", id="space and capitals"),
    pytest.param("select", id="reserved word"),
    pytest.param("int", id="word of a type"),
    pytest.param('say "hi"', id="quotes"),
    pytest.param("it's", id="apostrophe"),
    pytest.param("a.b", id="dot"),
    pytest.param("1st", id="digit first"),
    pytest.param("été_🐘", id="not ASCII"),
    pytest.param("back\\slash\ttab\nline", id="control characters"),
    pytest.param("{fragments} %s %% {0}", id="placeholders"),
    pytest.param("n" * 63, id="63 bytes"),  # NAMEDATALEN - 1
    pytest.param("é" * 31, id="62 bytes in 31 characters"),
    pytest.param("tables", id="name of a section of the snapshot"),
]


@pytest.mark.parametrize("name", EXOTIC)
def test_quoting_is_the_servers(scratch: psycopg.Connection[tuple[str]], name: str) -> None:
    """
    A name is quoted where, and as, ``quote_ident`` does it.
    """
    row = scratch.execute("SELECT quote_ident(%s)", [name]).fetchone()

    assert row == (quote_identifier(name),)


def test_every_key_word_of_the_server_is_known(scratch: psycopg.Connection[tuple[str]]) -> None:
    """
    No word that this server quotes is missing from the list.
    """
    rows = scratch.execute("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'").fetchall()

    assert {word for (word,) in rows} <= KEY_WORDS


@pytest.mark.parametrize("name", EXOTIC)
def test_exotic_names_come_through(scratch: psycopg.Connection[tuple[str]], name: str) -> None:
    """
    Whatever a schema, table, column or key is called, the records carry it unchanged.
    """
    this = sql.Identifier(name)
    scratch.execute(
        sql.SQL(
            "CREATE SCHEMA {0}; CREATE TABLE {0}.{0} ({0} int PRIMARY KEY, x int); "
            "CREATE TABLE u ({0} int CONSTRAINT {0} UNIQUE); "
            "ALTER TABLE {0}.{0} ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES {0}.{0} ({0}); "
            "CREATE TYPE {0}.e AS ENUM ({1}); COMMENT ON TABLE {0}.{0} IS {1}"
        ).format(this, sql.Literal(name))
    )

    catalog = snapshot(scratch)

    table = catalog.table(name, name)
    assert table is not None
    assert table.comment == name
    (key,) = catalog.foreign_keys_to(table.qualified_name)
    assert key.target == QualifiedName(name, name)
    assert key.target_columns == (name,)
    assert [each.name for each in catalog.columns_of(table.qualified_name)] == [name, "x"]
    (index,) = catalog.indexes_of(QualifiedName("public", "u"))
    assert (index.name, index.constraint, index.keys[0].column) == (name, name, name)
    assert catalog.enum_types[0].labels == (name,)


def test_identity_of_an_exotic_column(catalog_of: Callable[[str], Catalog]) -> None:
    """
    A difference names its object in a form that can be pasted into a statement.
    """
    left = catalog_of('CREATE TABLE "Order Items" ("select" int, "a ""b""" int)')
    right = catalog_of('CREATE TABLE "Order Items" ("select" bigint, "a ""b""" bigint)')

    identities = {each.identity for each in difference(left, right)}

    assert identities == {
        'public."Order Items"."select"',
        'public."Order Items"."a ""b"""',
    }
