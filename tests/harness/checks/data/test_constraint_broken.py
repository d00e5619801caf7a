"""data/constraint-broken: rows that break what PostgreSQL does not hold them to."""

import contextlib
import re

import psycopg
import pytest

from tests.harness.checks.live import live
from tests.harness.miniature import miniature

CHECK = "data/constraint-broken"

LONG = "x" * 63
TABLES = """
CREATE DOMAIN size AS int;
CREATE TABLE things (
    id int PRIMARY KEY, n int, "100% ""odd"" name" text, span int4range, size size,
    CONSTRAINT kept CHECK (n < 1000)
)
"""
ROWS = (
    "INSERT INTO things VALUES (1, 1, 'a', '[1,2)', 1), (2, 2, 'b', '[2,3)', 2)",
    "INSERT INTO things VALUES (3)",
    "INSERT INTO things VALUES (4, -4, 'b', '[1,5)', -4), (5, -5, NULL, NULL, NULL)",
)


INDEX = b'CREATE UNIQUE INDEX CONCURRENTLY u ON things ("100% ""odd"" name")'


@pytest.fixture(scope="module")
def shop(tmp_path_factory, bench_for_module):
    """A project with one table."""
    return bench_for_module(miniature(tmp_path_factory.mktemp("things"), revisions=[TABLES]))


# What is added, what is found of the rows, and what the server must refuse to do.
LOOSE = [
    pytest.param(
        "ALTER TABLE things ADD CONSTRAINT positive CHECK (n > 0) NOT VALID",
        "2 rows of things break CHECK things.positive, which is NOT VALID: 4, 5",
        "ALTER TABLE things VALIDATE CONSTRAINT positive",
        id="CHECK",
    ),
    pytest.param(
        f'ALTER TABLE things ADD CONSTRAINT "{LONG}" CHECK ("100% ""odd"" name" <> \'b\')'
        " NOT VALID",
        f"2 rows of things break CHECK things.{LONG}, which is NOT VALID: 2, 4",
        f'ALTER TABLE things VALIDATE CONSTRAINT "{LONG}"',
        id="exotic names",
    ),
    pytest.param(
        "ALTER DOMAIN size ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID",
        "1 row of things breaks CHECK positive of domain size in things.size, which is NOT VALID: "
        "4",
        "ALTER DOMAIN size VALIDATE CONSTRAINT positive",
        id="domain",
    ),
]


@pytest.mark.parametrize(("ddl", "found", "refused"), LOOSE)
def test_broken_rows_are_found_and_the_server_agrees(shop, ddl, found, refused):
    """
    They are counted and named, and the constraint cannot be validated.
    """
    with live(shop, "r1", *ROWS, ddl) as there:
        said = there.said(CHECK)
        with (
            there.database.connect(autocommit=True) as connection,
            pytest.raises(psycopg.errors.CheckViolation),
        ):
            connection.execute(refused.encode())

    assert said.found == [found]


def test_what_no_row_breaks_is_told(shop):
    """
    Constraints that are NOT VALID and hold are no violation; they are named as evidence.
    """
    ddl = "ALTER TABLE things ADD CONSTRAINT small CHECK (n < 100) NOT VALID"
    with live(shop, "r1", *ROWS, ddl) as there:
        said = there.said(CHECK)

    assert said.is_proved
    assert said.seen == ["no row breaks CHECK things.small, which is NOT VALID"]


def test_constraints_that_are_kept_are_not_asked_of_the_rows(shop):
    """
    PostgreSQL has looked at every row.
    """
    with live(shop, "r1", *ROWS) as there:
        said = there.said(CHECK)

    assert said.seen == ["PostgreSQL holds every row to every constraint but foreign keys"]


def test_duplicates_behind_an_invalid_unique_index_are_found(shop):
    """
    CREATE UNIQUE INDEX CONCURRENTLY that met them leaves an index which refuses some and keeps all.
    """
    with live(shop, None) as there, there.database.connect(autocommit=True) as connection:
        with contextlib.suppress(psycopg.errors.UniqueViolation):
            for statement in (TABLES, *ROWS):
                connection.execute(statement.encode())
            connection.execute(INDEX)
        with there.again() as seen:
            said = seen.said(CHECK)

    assert said.found == [
        "2 rows of things break UNIQUE index things.u, whose index is invalid: 2, …"
    ]


@pytest.mark.parametrize(
    ("ddl", "word"),
    [
        pytest.param("ADD CONSTRAINT c CHECK (n > 0) NOT ENFORCED", "NOT ENFORCED", id="CHECK"),
        pytest.param("ADD CONSTRAINT c NOT NULL n NOT VALID", "NOT VALID", id="NOT NULL"),
    ],
)
def test_what_only_newer_servers_leave_open_is_asked_too(shop, schema_server, ddl, word):
    """
    NOT ENFORCED, and NOT NULL that is NOT VALID; an older server does not know the words.
    """
    if schema_server.version < 180000:
        with (
            live(shop, "r1") as there,
            there.database.connect() as connection,
            pytest.raises(psycopg.errors.SyntaxError),
        ):
            connection.execute(f"ALTER TABLE things {ddl}")
        return
    with live(shop, "r1", *ROWS, f"ALTER TABLE things {ddl}") as there:
        said = there.said(CHECK)

    assert re.search(rf"things\.[cn], which is {word}: ", said.found[0]), said.found
