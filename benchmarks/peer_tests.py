"""
Write the same test for each way of having a database of its own.
"""

from __future__ import annotations

import importlib.util
import subprocess
from dataclasses import dataclass

PROFILE = "INSERT INTO profiles (id, email) VALUES (gen_random_uuid(), 'ada@example.org')"

OURS = f"""
import pytest

@pytest.mark.parametrize("number", range({{tests}}))
def test_alone(schema_database, number):
    with schema_database.connect() as connection:
        connection.execute({PROFILE!r})
        assert connection.execute("SELECT count(*) FROM profiles").fetchone() == (1,)
"""
ROLLED_BACK = f"""
import pytest
from sqlalchemy import text

@pytest.mark.parametrize("number", range({{tests}}))
def test_alone(schema_session, number):
    schema_session.execute(text({PROFILE!r}))
    assert schema_session.scalar(text("SELECT count(*) FROM profiles")) == 1
"""
THEIRS = f"""
from pathlib import Path

import pytest
from pytest_postgresql import factories

proc = factories.postgresql_proc(executable={{pg_ctl!r}}, load=[Path({{schema!r}})])
database = factories.postgresql("proc")

@pytest.mark.parametrize("number", range({{tests}}))
def test_alone(database, number):
    database.execute({PROFILE!r})
    assert database.execute("SELECT count(*) FROM profiles").fetchone() == (1,)
"""

CONTAINED = f"""
from pathlib import Path

import psycopg
import pytest
from testcontainers.community.postgres import PostgresContainer

@pytest.fixture
def database():
    with PostgresContainer({{image!r}}, driver=None) as container:
        with psycopg.connect(container.get_connection_url(), autocommit=True) as connection:
            connection.execute(Path({{schema!r}}).read_text("utf-8"))
            connection.execute("SET search_path = public")
            yield connection

@pytest.mark.parametrize("number", range({{tests}}))
def test_alone(database, number):
    database.execute({PROFILE!r})
    assert database.execute("SELECT count(*) FROM profiles").fetchone() == (1,)
"""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """
    One way of having a database for each test.

    Attributes:
        what: What people call it.
        source: The test, with places for what it needs to know.
        without: The plugin of the other party, which is to stay out of it.
        most: How many tests a run has at most: some take seconds each.
    """

    what: str
    source: str
    without: str
    most: int = 1_000


KINDS = (
    Kind(what="schemaproof, a database of its own", source=OURS, without="no:postgresql"),
    Kind(what="schemaproof, a transaction", source=ROLLED_BACK, without="no:postgresql"),
    Kind(what="pytest-postgresql, a database of its own", source=THEIRS, without="no:schemaproof"),
)
CONTAINER = Kind(
    what="testcontainers, a container of its own",
    source=CONTAINED,
    without="no:schemaproof",
    most=5,
)


def lacking(image: str) -> str | None:
    """
    Return why no container can be measured; None if one can.
    """
    if importlib.util.find_spec("testcontainers") is None:
        return "testcontainers is not installed"
    try:
        done = subprocess.run(
            ["docker", "image", "inspect", image],  # noqa: S607 - wherever it is installed
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"no container engine answers: {error}"
    # It says alike that there is no engine, and that there is no image.
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]
