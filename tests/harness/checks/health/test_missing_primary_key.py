"""health/missing-primary-key: tables whose rows can be told apart, and others."""

import psycopg
import pytest

from tests.harness.checks.health.patients import EXOTIC, examined, patient, revised
from tests.harness.miniature import miniature

CHECK = "health/missing-primary-key"

QUOTED = EXOTIC.replace('"', '""')
SCHEMA = f"""
CREATE TABLE bare (a int);
CREATE TABLE nullable (a int UNIQUE);
CREATE TABLE partly (a int NOT NULL);
CREATE UNIQUE INDEX partly_a ON partly (a) WHERE a > 0;
CREATE TABLE expressed (a int NOT NULL);
CREATE UNIQUE INDEX expressed_a ON expressed ((a + 1));
CREATE TABLE doubtful (a int NOT NULL);
CREATE UNIQUE INDEX doubtful_a ON doubtful (a);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'doubtful_a'::regclass;
CREATE TABLE indexed (a int NOT NULL);
CREATE INDEX indexed_a ON indexed (a);
CREATE TABLE parted (a int) PARTITION BY RANGE (a);
CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
CREATE SCHEMA shop;
CREATE TABLE shop."{QUOTED}" (a int);

CREATE TABLE keyed (id int PRIMARY KEY);
CREATE TABLE paired (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE candidate (a int NOT NULL UNIQUE);
CREATE TABLE included (a int NOT NULL, b int);
CREATE UNIQUE INDEX included_a ON included (a) INCLUDE (b);
CREATE TABLE parted_well (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE parted_well_1 PARTITION OF parted_well DEFAULT;
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);
CREATE VIEW shown AS SELECT 1 AS one;
"""
LOUD = {
    *("bare", "nullable", "partly", "expressed", "doubtful", "indexed", "parted"),
    f"shop.{EXOTIC}",
}


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "no keys", SCHEMA) as connection:
        yield connection


def test_a_table_without_a_key_is_reported_and_no_other(connection):
    """
    What allows NULLs, leaves rows out, or is not valid is no key; a partition speaks for nothing.
    """
    violations = examined(CHECK, connection).violations

    assert {*violations} == LOUD
    assert violations["bare"].found.startswith("bare has 1 column and no key")


def test_the_harm_is_real(connection):
    """
    Once published, the table takes no UPDATE and no DELETE; one with a key does.
    """
    with connection.transaction(force_rollback=True):
        connection.execute("INSERT INTO bare VALUES (1), (1)")
        connection.execute("SET client_min_messages = error")
        connection.execute("CREATE PUBLICATION everything FOR TABLE bare, keyed")
        connection.execute("UPDATE keyed SET id = 2")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="replica identity"):
            connection.execute("DELETE FROM bare")


def test_the_fix_runs_as_a_revision(own_databases):
    """
    A column of its own numbers the rows, in whatever schema and under whatever name.
    """
    with patient(own_databases, "revised keys", SCHEMA) as connection:
        for where in ("bare", f"shop.{EXOTIC}"):
            revised(connection, examined(CHECK, connection).violations[where].fix)
        after = examined(CHECK, connection)

    assert {*after.violations} == LOUD - {"bare", f"shop.{EXOTIC}"}


def test_it_is_proved_of_what_migrations_make(tmp_path, bench):
    """
    The catalogue is all that it asks for, so a waiver covers it before anything is deployed.
    """
    revisions = ["CREATE TABLE good (id int PRIMARY KEY); CREATE TABLE bad (a int)"]
    project = bench(miniature(tmp_path, revisions=revisions, waivers=[(CHECK, "bad")]))

    assert project.proof(CHECK).status == "waived"
