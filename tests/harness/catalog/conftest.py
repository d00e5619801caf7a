"""
Give the catalogue's tests an empty database each, on a server that is named from outside.

A thin shim: ``SCHEMAPROOF_TEST_SERVER`` is the URL of a server on which databases may be made.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import conninfo, sql

from schemaproof.catalog import Catalog, difference, snapshot

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="session")
def make_database() -> Iterator[Callable[[], Connection]]:
    """
    A function that makes an empty database and connects to it.

    All of its databases are dropped at the end of the session.
    """
    server = os.environ.get("SCHEMAPROOF_TEST_SERVER")
    if server is None:
        pytest.skip("set SCHEMAPROOF_TEST_SERVER to the URL of a PostgreSQL server")
    made: list[str] = []
    with psycopg.connect(server, autocommit=True) as admin:

        def make() -> Connection:
            name = f"catalog_{secrets.token_hex(6)}"
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            made.append(name)
            return psycopg.connect(conninfo.make_conninfo(server, dbname=name))

        yield make
        for name in made:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def scratch(make_database: Callable[[], Connection]) -> Iterator[Connection]:
    """
    A connection to a fresh empty database, in no transaction and not in autocommit mode.

    Lives for one test.
    """
    connection = make_database()
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def blank(make_database: Callable[[], Connection]) -> Iterator[Connection]:
    """
    A connection to an empty database that stays empty: whoever uses it rolls back.

    Lives for the session.
    """
    with make_database() as connection:
        yield connection


@pytest.fixture(scope="session")
def catalog_of(blank: Connection) -> Callable[[str], Catalog]:
    """
    A function that gives the catalogue of an empty database after some DDL, and undoes the DDL.
    """

    def read(ddl: str) -> Catalog:
        try:
            blank.execute(ddl or "SELECT")
            return snapshot(blank)
        finally:
            blank.rollback()

    return read


Told = list[tuple[str | None, ...]]


@pytest.fixture(scope="session")
def told(
    blank: Connection, catalog_of: Callable[[str], Catalog]
) -> Callable[[str, str, int], tuple[Told, Told]]:
    """
    A function that tells two schemas apart, read from the left and from the right.

    Each difference is kind, identity, facet, left text, right text; the role that owns everything
    is written ``{me}``. Skips on a server older than the given major version.
    """
    me = blank.info.user

    def neutral(text: str | None) -> str | None:
        return text and text.replace(me, "{me}")

    def tell(left: str, right: str, since: int = 14) -> tuple[Told, Told]:
        found = blank.info.server_version // 10000
        if found < since:
            pytest.skip(f"PostgreSQL {since} and newer; the server is {found}")
        ours, theirs = catalog_of(left), catalog_of(right)
        forth = [(d.kind, d.identity, d.facet, d.left, d.right) for d in difference(ours, theirs)]
        back = [(d.kind, d.identity, d.facet, d.right, d.left) for d in difference(theirs, ours)]
        return [tuple(map(neutral, d)) for d in forth], [tuple(map(neutral, d)) for d in back]

    return tell
