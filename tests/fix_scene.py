"""
Set the scene for a race: two transactions that both began before either did anything.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import pytest

from schemaproof.postgres import Database
from tests import rows


@dataclass(frozen=True, kw_only=True)
class Scene:
    """
    Two transactions and what they quarrel about.

    Attributes:
        activator: The connection that makes a project active.
        deleter: The connection that deletes the owner.
        observer: A third one, in autocommit mode.
        owner: The profile that is deleted.
        project: An archived project of the owner.
        transferred: An active project of somebody else.
        pool: Runs the statement that has to wait.
    """

    activator: psycopg.Connection
    deleter: psycopg.Connection
    observer: psycopg.Connection
    owner: UUID
    project: int
    transferred: int
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def insert(self) -> int:
        """Make a new active project for the owner."""
        rows.insert(self.activator, "projects", user_id=self.owner, status="active")
        return 1

    def activate(self) -> int:
        """Make the owner's archived project active."""
        return rows.update(self.activator, "projects", self.project, status="active")

    def transfer(self) -> int:
        """Hand somebody else's active project to the owner."""
        return rows.update(self.activator, "projects", self.transferred, user_id=self.owner)

    def delete(self) -> int:
        """Delete the owner."""
        return rows.delete(self.deleter, "profiles", self.owner)

    def later(self, connection: psycopg.Connection, act: Callable[[], int]) -> Future[int | str]:
        """Start a statement in a thread; return once it waits for a lock, or has ended."""
        future = self.pool.submit(attempt, connection, act)
        deadline = time.monotonic() + 5
        query = "SELECT cardinality(pg_blocking_pids(%s))"
        while not future.done() and time.monotonic() < deadline:
            if self.observer.execute(query, [connection.info.backend_pid]).fetchone() != (0,):
                break
            time.sleep(0.002)
        return future


def attempt(connection: psycopg.Connection, act: Callable[[], int]) -> int | str:
    """Return how many rows were touched, or the SQLSTATE of the refusal."""
    try:
        return act()
    except psycopg.Error as error:
        connection.rollback()
        return error.sqlstate or str(error)


def commit(connection: psycopg.Connection, outcome: int | str) -> int | str:
    """Commit what an attempt did, and return what has become of it."""
    if isinstance(outcome, str):
        return outcome
    try:
        connection.commit()
    except psycopg.Error as error:
        return error.sqlstate or str(error)
    return outcome


@pytest.fixture
def scene(schema_database: Database, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """
    A profile with an archived project, and two transactions that have both seen it.

    Lives for one test, in a database of its own, because both transactions commit.
    """
    with (
        schema_database.connect(autocommit=True) as observer,
        schema_database.connect() as activator,
        schema_database.connect() as deleter,
    ):
        owner = rows.insert(observer, "profiles")
        project = rows.insert(observer, "projects", user_id=owner, status="archived")
        transferred = rows.insert(observer, "projects", status="active")
        for connection in (activator, deleter):
            connection.execute(f"SET TRANSACTION ISOLATION LEVEL {request.param}")
            connection.execute("SET LOCAL statement_timeout = '5s'")
            connection.execute("SET LOCAL deadlock_timeout = '100ms'")
            connection.execute("SELECT * FROM profiles, projects").fetchall()
        made = Scene(
            activator=activator,
            deleter=deleter,
            observer=observer,
            owner=owner,
            project=project,
            transferred=transferred,
        )
        with made.pool:
            yield made
