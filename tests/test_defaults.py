"""
Every default the data relies on is the server's: a row that leaves columns out has them anyway.
"""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

import models
from tests import facts, make, rows

# What the defaults, spelt in SQL in the facts, are worth.
WORTH = {
    "'user'::character varying": "user",
    "'active'::character varying": "active",
    "'pending'::character varying": "pending",
    "'zip'::character varying": "zip",
    "'[]'::jsonb": [],
    "'{}'::jsonb": {},
    "1000": 1000,
    "0": 0,
}
WITH_DEFAULT = [
    (table, column) for table in facts.TABLES for column in table.columns if column.default
]
VALUES = [
    pytest.param(table.name, column.name, WORTH[column.default], id=f"{table.name}.{column.name}")
    for table, column in WITH_DEFAULT
    if column.default != "now()"
]
CLOCKS = [
    pytest.param(table.name, column.name, id=f"{table.name}.{column.name}")
    for table, column in WITH_DEFAULT
    if column.default == "now()"
]


@pytest.mark.parametrize(("table", "column", "value"), VALUES)
def test_default(raw, table: str, column: str, value: object):
    """A raw INSERT that says nothing of the column stores its default."""
    key = rows.insert(raw, table)

    assert rows.read(raw, table, key, column) == value


@pytest.mark.parametrize(("table", "column"), CLOCKS)
def test_default_time(raw, table: str, column: str):
    """The time of a new row is when its transaction began, by the clock of the server."""
    key = rows.insert(raw, table)
    (began,) = raw.execute("SELECT now()").fetchone()

    found = rows.read(raw, table, key, column)

    assert isinstance(found, datetime)
    assert found.tzinfo is not None
    assert found == began


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(column, id=str(column))
        for table in models.Base.metadata.sorted_tables
        for column in table.columns
    ],
)
def test_the_orm_adds_no_default_of_its_own(column):
    """No default is known to Python alone: raw SQL would not get it."""
    assert column.default is None
    assert column.onupdate is None


def test_the_orm_reads_the_defaults(schema_session: Session):
    """Once stored, an object shows what the server filled in."""
    job = make.a_crawl_job(schema_session)

    assert (job.status, job.progress, job.max_images) == ("pending", 0, 1000)
    assert (job.task_ids, job.started_at) == ([], None)
    assert job.created_at == job.updated_at
