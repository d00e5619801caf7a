"""
Give the catalogue's tests an empty database each, and the words in which two of them differ.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import psycopg
import pytest

from schemaproof.catalog import Catalog, Follower, difference, snapshot, stamps
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

    Whatever the tests do, somebody who followed it has read the same; so has somebody who takes it
    for a large one.
    """
    follower, other = Follower(), Follower()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stamps, "FEW_LINES", 0)
        other.snapshot(blank)
        blank.rollback()

    def read(ddl: str) -> Catalog:
        try:
            blank.execute(ddl or "SELECT")
            whole = snapshot(blank)
            assert follower.snapshot(blank) == whole
            assert other.snapshot(blank) == whole
            return whole
        finally:
            blank.rollback()

    return read


Told = list[tuple[str | None, ...]]
Tell = Callable[[str, str], tuple[Told, Told]]


@pytest.fixture(scope="session")
def told(blank: Connection, catalog_of: Callable[[str], Catalog]) -> Tell:
    """
    A function that tells two schemas apart, read from the left and from the right.

    Each difference is kind, identity, facet, left text, right text; the role that owns everything
    is written ``{me}``.
    """
    me = blank.info.user

    def neutral(text: str | None) -> str | None:
        return text and text.replace(me, "{me}")

    def tell(left: str, right: str) -> tuple[Told, Told]:
        ours, theirs = catalog_of(left), catalog_of(right)
        forth = [(d.kind, d.identity, d.facet, d.left, d.right) for d in difference(ours, theirs)]
        back = [(d.kind, d.identity, d.facet, d.right, d.left) for d in difference(theirs, ours)]
        return [tuple(map(neutral, d)) for d in forth], [tuple(map(neutral, d)) for d in back]

    return tell


@pytest.fixture(scope="session")
def knows(blank: Connection) -> Callable[[str, int], bool]:
    """
    A function that says whether this server has what some DDL needs: a major version, or ICU.
    """
    has_icu = blank.execute(
        "SELECT EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu')"
    ).fetchone() == (True,)
    blank.rollback()
    major = blank.info.server_version // 10000

    def known(ddl: str, since: int) -> bool:
        return major >= since and (has_icu or "PROVIDER = icu" not in ddl)

    return known


@pytest.fixture(scope="session")
def differ(told: Tell, knows: Callable[[str, int], bool]) -> Callable[[str, str, int, Told], None]:
    """
    A function that asserts what is told of two schemas, whichever side they are read from.

    A server that is too old, or was built without, refuses one of them or takes both for the same.
    """

    def assert_told(left: str, right: str, since: int, expected: Told) -> None:
        if knows(left + right, since):
            assert told(left, right) == (expected, expected)
            return
        with contextlib.suppress(psycopg.DatabaseError):
            assert told(left, right) == ([], [])

    return assert_told
