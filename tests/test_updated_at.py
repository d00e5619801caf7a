"""
``updated_at`` is kept by the database, so that no writer can forget it.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from schemaproof.catalog import Catalog
from tests import make, rows
from tests.facts.triggers import TOUCHED, TRIGGERS

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# A column of each table that anybody may change.
CHANGES = {
    "profiles": {"full_name": "Ada"},
    "projects": {"description": "All of them"},
    "crawl_jobs": {"progress": 50},
    "validation_jobs": {"progress": 50},
    "export_jobs": {"progress": 50},
}
EACH = pytest.mark.parametrize("table", TOUCHED)


def test_the_triggers_are_these(schema_catalog: Catalog):
    """One trigger guards profiles, one on each of five tables keeps the time; all are enabled."""
    found = {
        (each.table.name, each.name, each.timing, each.events) for each in schema_catalog.triggers
    }

    assert found == set(TRIGGERS)
    assert {(each.level, each.enabled, each.columns) for each in schema_catalog.triggers} == {
        ("ROW", "origin", ())
    }


@EACH
def test_raw_update_moves_it(raw, table: str):
    """An UPDATE in SQL moves ``updated_at`` and leaves ``created_at``."""
    key = rows.insert(raw, table, created_at=LONG_AGO, updated_at=LONG_AGO)

    rows.update(raw, table, key, **CHANGES[table])

    assert rows.read(raw, table, key, "updated_at") > LONG_AGO
    assert rows.read(raw, table, key, "created_at") == LONG_AGO


@EACH
def test_statement_cannot_set_it(raw, table: str):
    """What an UPDATE itself says of ``updated_at`` is overruled."""
    key = rows.insert(raw, table)

    rows.update(raw, table, key, updated_at=LONG_AGO)

    assert rows.read(raw, table, key, "updated_at") > LONG_AGO


@EACH
def test_two_updates_are_two_moments(raw, table: str):
    """It moves on with every UPDATE, also within one transaction."""
    key = rows.insert(raw, table)
    moments = [rows.read(raw, table, key, "updated_at")]

    for _ in range(2):
        rows.update(raw, table, key, **CHANGES[table])
        moments.append(rows.read(raw, table, key, "updated_at"))

    assert sorted(set(moments)) == moments


@EACH
def test_only_the_row_that_changes(raw, table: str):
    """Other rows of the table keep their time."""
    key = rows.insert(raw, table)
    other = rows.insert(raw, table, updated_at=LONG_AGO)

    rows.update(raw, table, key, **CHANGES[table])

    assert rows.read(raw, table, other, "updated_at") == LONG_AGO


def test_the_orm_reads_it_back(schema_session: Session):
    """After a flush the object shows the time that the trigger set."""
    project = make.a_project(schema_session, updated_at=LONG_AGO)
    assert project.updated_at == LONG_AGO

    project.description = "All of them"
    schema_session.flush()

    assert project.updated_at > project.created_at > LONG_AGO


def test_upsert_moves_it(raw):
    """INSERT ... ON CONFLICT DO UPDATE moves it as well."""
    key = rows.insert(raw, "profiles", email="ada@example.org", updated_at=LONG_AGO)

    raw.execute(
        "INSERT INTO profiles (id, email) VALUES (%s, 'ada@example.org')"
        " ON CONFLICT (id) DO UPDATE SET email = excluded.email",
        [key],
    )

    assert rows.read(raw, "profiles", key, "updated_at") > LONG_AGO
