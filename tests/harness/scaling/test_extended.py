"""Extended statistics: columns that depend on each other are estimated as in a loaded table."""

import dataclasses

import pytest

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.plans import from_text, to_text
from schemaproof.rows import RowMaker, Volume, load
from tests.harness.fix_own_databases import built, planned, sizes_of

# Mood has numbers that another database need not have.
SCHEMA = """
CREATE SCHEMA "Odd Schema";
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TABLE "Odd Schema"."People %" (
    id bigint PRIMARY KEY,
    gone int,
    town int NOT NULL,
    land int GENERATED ALWAYS AS (town / 5) STORED,
    house int NOT NULL,
    street int GENERATED ALWAYS AS (house / 20) STORED,
    paid int NOT NULL,
    tens int GENERATED ALWAYS AS (paid / 10) STORED,
    feels mood GENERATED ALWAYS AS (CASE WHEN town < 50 THEN 'low'::mood ELSE 'high' END) STORED
);
ALTER TABLE "Odd Schema"."People %" DROP COLUMN gone;
CREATE STATISTICS "Odd Schema"."of towns" ON town, land FROM "Odd Schema"."People %";
CREATE STATISTICS of_lands (mcv) ON land, feels FROM "Odd Schema"."People %";
CREATE STATISTICS of_payments (ndistinct) ON paid, tens FROM "Odd Schema"."People %";
CREATE STATISTICS of_houses (dependencies) ON house, street FROM "Odd Schema"."People %";
CREATE STATISTICS of_sums ON (town + paid), land FROM "Odd Schema"."People %";
"""
PEOPLE = QualifiedName("Odd Schema", "People %")
ROWS = 300_000
RANGES = {"town": ("0", "99"), "house": ("0", "399"), "paid": ("0", "99999")}
VOLUMES = {PEOPLE: Volume(rows=ROWS, ranges=RANGES)}
TOGETHER = (
    'SELECT * FROM "Odd Schema"."People %" WHERE town = 77 AND land = 15',
    'SELECT * FROM "Odd Schema"."People %" WHERE town = 77 AND land = 2',
    'SELECT * FROM "Odd Schema"."People %" WHERE house = 377 AND street = 18',
    'SELECT town, land FROM "Odd Schema"."People %" GROUP BY 1, 2',
    'SELECT paid, tens FROM "Odd Schema"."People %" GROUP BY 1, 2',
)


@pytest.fixture(scope="module")
def template(own_databases):
    """A template with the schema and no rows."""
    return built(own_databases, "extended", SCHEMA)


@pytest.fixture(scope="module")
def sizes(own_databases, template):
    """Sizes of it."""
    return sizes_of(own_databases, template)


@pytest.fixture(scope="module")
def statistics(sizes):
    """What is known of the table when it is large."""
    return sizes.statistics(VOLUMES)


@pytest.fixture(scope="module")
def full(own_databases, template):
    """A database that was loaded in full and analysed."""
    with own_databases.copied(template) as database:
        with database.connect(autocommit=True) as connection:
            load(RowMaker(catalog=snapshot(connection), connection=connection), VOLUMES)
            connection.execute("VACUUM ANALYZE")
        yield database


def test_columns_together_are_estimated_as_in_a_loaded_table(sizes, statistics, full):
    """
    Rows and groups, those that grow with the table as well.
    """
    with sizes.posed(statistics) as posed:
        found = planned(posed, TOGETHER)

    for plan, real in zip(found, planned(full, TOGETHER), strict=True):
        assert [node.node for node in plan.walk()] == [node.node for node in real.walk()]
        assert plan.rows == pytest.approx(real.rows, rel=0.4, abs=5)


def test_without_them_the_estimate_is_another(own_databases, sizes, statistics):
    """
    It is they that make the difference.
    """
    bare = {name: _without(each) for name, each in statistics.items()}

    with sizes.posed(statistics) as told, sizes.posed(bare) as untold:
        known, unknown = planned(told, TOGETHER), planned(untold, TOGETHER)

    assert known[0].rows > 5 * unknown[0].rows
    assert 5 * known[1].rows < unknown[1].rows
    assert known[2].rows > 5 * unknown[2].rows
    assert 5 * known[3].rows < unknown[3].rows


def test_nothing_stays_that_the_schema_does_not_have(sizes, statistics):
    """
    The casts by which they are written are gone again.
    """
    with sizes.posed(statistics) as posed, posed.connect() as connection:
        casts = connection.execute("SELECT FROM pg_cast WHERE oid >= 16384").rowcount

    assert casts == 0


def test_they_are_kept_as_text(statistics):
    """
    What was written is read again; of an enum's labels nothing is written.
    """
    again = from_text(to_text(statistics), "text")

    assert again == statistics
    assert {each.name: bool(each.most_common) for each in again[PEOPLE].extended} == {
        "of towns": True,
        "of_lands": False,
        "of_payments": False,
        "of_houses": False,
    }


def test_those_of_other_columns_are_passed_over(sizes, statistics):
    """
    A column that has another number there is another column.
    """
    other = {name: _moved(each) for name, each in statistics.items()}

    with sizes.posed(other) as posed, posed.connect() as connection:
        known = connection.execute(
            "SELECT FROM pg_statistic_ext_data WHERE num_nulls(stxdndistinct, stxdmcv) < 2"
        ).rowcount

    assert known == 0


def _without(relation):
    return dataclasses.replace(relation, extended=())


def _moved(relation):
    moved = [dataclasses.replace(each, keys=(8, 9)) for each in relation.extended]
    return dataclasses.replace(relation, extended=tuple(moved))
