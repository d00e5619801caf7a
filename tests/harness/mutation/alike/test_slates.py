"""
A mutant that is applied for the length of a transaction leaves nothing to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from schemaproof.mutation.alike import slates
from schemaproof.mutation.alike.mutant_databases import MutantDatabases
from schemaproof.mutation.alike.slates import Slates
from schemaproof.mutation.migrations.scratch import Refused
from schemaproof.postgres import driver_of
from schemaproof.subject import Subject
from tests.harness.miniature import miniature

MODELS = """
    class Base(DeclarativeBase):
        pass

    class Author(Base):
        __tablename__ = "authors"
        id: Mapped[int] = mapped_column(primary_key=True)
"""
TABLES = """
    CREATE TABLE authors (id serial PRIMARY KEY);
    CREATE TYPE mood AS ENUM ('glad')
"""
NOTHING = "SELECT 1"
ROW = "INSERT INTO authors DEFAULT VALUES RETURNING id"


@pytest.fixture
def subject(tmp_path, bench) -> Subject:
    """
    One table with a sequence; its databases go with the test.
    """
    return bench(miniature(tmp_path, models=MODELS, revisions=[TABLES])).subject


@pytest.fixture
def lent(subject) -> Iterator[Slates]:
    """
    Slates of that table, given back after the test.
    """
    with closing(Slates(subject.migrated, subject.databases)) as made:
        yield made


def of_mutant(subject: Subject, lent: Slates, statements: str) -> MutantDatabases:
    return MutantDatabases(subject.databases, (subject.migrated,), statements, lent)


def test_the_next_mutant_finds_the_rows_the_columns_and_the_numbers_of_the_original(lent):
    """
    No rollback gives a sequence its numbers back: a mutant may set a limit that they have passed.
    """
    for _ in range(3):
        with lent.lent("ALTER TABLE authors ADD COLUMN more int") as connection:
            driver = driver_of(connection)

            assert driver.execute("SELECT count(more) FROM authors").fetchone() == (0,)
            assert driver.execute(ROW).fetchone() == (1,)
            assert driver.execute(ROW).fetchone() == (2,)


def test_what_is_in_use_is_not_lent_again(lent):
    with lent.lent(NOTHING) as first, lent.lent(NOTHING) as second:
        driver_of(first).execute(ROW)

        assert driver_of(second).execute("SELECT count(*) FROM authors").fetchone() == (0,)


def test_a_slate_is_worn_out_in_the_end(lent, monkeypatch):
    """
    What is rolled back takes up room all the same.
    """
    monkeypatch.setattr(slates, "MOST_USES", 2)
    names = []
    for _ in range(3):
        with lent.lent(NOTHING) as connection:
            names.append(driver_of(connection).info.dbname)

    assert names[0] == names[1] != names[2]


def test_a_refused_mutant_leaves_the_others_alone(lent):
    with pytest.raises(Refused), lent.lent("DROP TABLE no_such_table"):
        pass

    with lent.lent(NOTHING) as connection:
        assert driver_of(connection).execute(ROW).fetchone() == (1,)


def test_a_connection_that_is_held_is_the_mutants_until_it_ends(subject, lent):
    databases = of_mutant(subject, lent, "ALTER TABLE authors RENAME TO writers")
    connection = databases.hold(subject.migrated)

    found = connection.execute("SELECT count(*) FROM writers").fetchone()
    databases.close()

    assert found == (0,)
    with lent.lent(NOTHING) as wiped:
        assert driver_of(wiped).execute("SELECT count(*) FROM authors").fetchone() == (0,)


def test_a_label_that_is_added_gets_a_database_of_its_own(subject, lent):
    """
    The server lets no transaction use a label that it has added itself.
    """
    databases = of_mutant(subject, lent, "ALTER TYPE mood ADD VALUE 'sad'")
    try:
        with databases.undone(subject.migrated) as connection:
            found = driver_of(connection).execute("SELECT 'sad'::mood::text").fetchone()
    finally:
        databases.close()

    assert found == ("sad",)
