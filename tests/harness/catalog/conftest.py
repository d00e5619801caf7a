"""
Give the catalogue's tests an empty database each, and the words in which two of them differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from schemaproof.catalog import Catalog, Follower, difference, snapshot
from schemaproof.postgres import Connection, Databases


@pytest.fixture
def scratch(schema_databases: Databases) -> Iterator[Connection]:
    """
    A connection to a fresh empty database, in no transaction and not in autocommit mode.

    Lives for one test.
    """
    with schema_databases.clone() as database, database.connect() as connection:
        yield connection


@pytest.fixture(scope="session")
def blank(schema_databases: Databases) -> Iterator[Connection]:
    """
    A connection to an empty database that stays empty: whoever uses it rolls back.

    Lives for the session.
    """
    with schema_databases.clone() as database, database.connect() as connection:
        yield connection


@pytest.fixture(scope="session")
def catalog_of(blank: Connection) -> Callable[[str], Catalog]:
    """
    A function that gives the catalogue of an empty database after some DDL, and undoes the DDL.

    Whatever the tests do, somebody who followed it has read the same.
    """
    follower = Follower()

    def read(ddl: str) -> Catalog:
        try:
            blank.execute(ddl or "SELECT")
            whole = snapshot(blank)
            assert follower.snapshot(blank) == whole
            return whole
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
