"""
Whatever two sessions do to PixCrawler's rows, in whatever order, the tables hold what they must.

Hypothesis makes, changes and deletes rows of every table in two transactions at once, commits or
rolls them back, and now and then takes the schema down some revisions and up again. After each step
each session must see what `World` says, row by row: no orphan, no lost row, the guard held.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import uuid4

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg import sql

from schemaproof.history import History
from schemaproof.postgres import Database
from tests import rows
from tests.world import REMEMBERED, Outcome, World

# The first revision makes the tables; below it there are none.
REVISIONS = ("0001", "0002", "0003", "0004")
# A session that waits for the other would wait for ever: both are led by one thread.
WAITED = "55P03"
PROJECT_STATES = st.sampled_from(["active", "archived", "deleted"])
JOB_STATES = st.sampled_from(["pending", "running", "completed", "failed", "cancelled"])
JOB_LEAVES = st.sampled_from(["images", "validation_jobs"])

Change = Callable[[World], Outcome]


class Session:
    """
    One transaction after another, and what the world looks like from inside.
    """

    def __init__(self, database: Database) -> None:
        self.connection = database.connect()
        self.connection.execute("SET lock_timeout = '15ms'")
        self.connection.commit()
        self.changes: list[Change] = []

    def attempt(self, act: Callable[[], int]) -> Outcome:
        """Do something; how many rows it touched, or the SQLSTATE of the refusal."""
        try:
            with self.connection.transaction():
                return act()
        except psycopg.Error as error:
            return error.sqlstate or str(error)

    def view(self, committed: World) -> World:
        """What this session must see: what is committed, and what it did itself."""
        seen = committed.copy()
        for change in self.changes:
            change(seen)
        return seen


class TwoSessions(RuleBasedStateMachine):
    """
    Two sessions on one database, and the world as it must be.
    """

    database: ClassVar[Database]
    history: ClassVar[History]

    profiles = Bundle("profiles")
    projects = Bundle("projects")
    crawl_jobs = Bundle("crawl_jobs")
    leaves = Bundle("leaves")
    which = st.sampled_from([0, 1])

    @initialize()
    def begin(self) -> None:
        self.committed, self.has_migrated = World(), False
        self.sessions = [Session(self.database), Session(self.database)]

    @rule(target=profiles, which=which)
    def make_profile(self, which: int) -> Any:
        key = uuid4()
        return self._make(which, "profiles", id=key, email=f"{key}@example.org", full_name=None)

    @rule(target=projects, which=which, owner=profiles, status=PROJECT_STATES)
    def make_project(self, which: int, owner: Any, status: str) -> Any:
        return self._make(which, "projects", user_id=owner, status=status)

    @rule(target=crawl_jobs, which=which, project=projects)
    def make_crawl_job(self, which: int, project: Any) -> Any:
        return self._make(which, "crawl_jobs", project_id=project, status="pending")

    @rule(
        target=leaves,
        which=which,
        job=crawl_jobs,
        table=JOB_LEAVES,
    )
    def make_leaf(self, which: int, job: Any, table: str) -> Any:
        return self._make_leaf(which, table, crawl_job_id=job)

    @rule(target=leaves, which=which, job=crawl_jobs, owner=profiles)
    def make_export(self, which: int, job: Any, owner: Any) -> Any:
        return self._make_leaf(which, "export_jobs", crawl_job_id=job, user_id=owner)

    @rule(target=leaves, which=which, owner=st.none() | profiles)
    def make_activity(self, which: int, owner: Any) -> Any:
        return self._make_leaf(which, "activity_logs", user_id=owner)

    @rule(which=which, profile=profiles, name=st.sampled_from(["Ada", "Grace", None]))
    def rename_profile(self, which: int, profile: Any, name: str | None) -> None:
        self._change(which, "profiles", profile, full_name=name)

    @rule(which=which, project=projects, status=PROJECT_STATES)
    def change_project(self, which: int, project: Any, status: str) -> None:
        self._change(which, "projects", project, status=status)

    @rule(which=which, project=projects, owner=profiles)
    def hand_over_project(self, which: int, project: Any, owner: Any) -> None:
        self._change(which, "projects", project, user_id=owner)

    @rule(which=which, job=crawl_jobs, status=JOB_STATES)
    def change_crawl_job(self, which: int, job: Any, status: str) -> None:
        self._change(which, "crawl_jobs", job, status=status)

    @rule(which=which, profile=profiles)
    def delete_profile(self, which: int, profile: Any) -> None:
        self._delete(which, "profiles", profile)

    @rule(which=which, project=projects)
    def delete_project(self, which: int, project: Any) -> None:
        self._delete(which, "projects", project)

    @rule(which=which, job=crawl_jobs)
    def delete_crawl_job(self, which: int, job: Any) -> None:
        self._delete(which, "crawl_jobs", job)

    @rule(which=which, leaf=leaves)
    def delete_leaf(self, which: int, leaf: tuple[str, Any]) -> None:
        self._delete(which, *leaf)

    @rule(which=which)
    def commit(self, which: int) -> None:
        session = self.sessions[which]
        session.connection.commit()
        self.committed, session.changes = session.view(self.committed), []

    @rule(which=which)
    def roll_back(self, which: int) -> None:
        session = self.sessions[which]
        session.connection.rollback()
        session.changes = []

    # It costs as much as all the other steps together.
    @precondition(lambda self: not self.has_migrated)
    @rule(to=st.sampled_from(REVISIONS))
    def migrate_down_and_up(self, to: str) -> None:
        for which in (0, 1):
            self.commit(which=which)
        self.has_migrated = True
        self.history.downgrade(self.database, to)
        self.history.upgrade(self.database)

    @invariant()
    def both_see_what_they_must(self) -> None:
        for session in self.sessions:
            assert session.view(self.committed).tables == seen_by(session.connection)

    def teardown(self) -> None:
        for session in self.sessions:
            session.connection.close()
        with self.database.connect(autocommit=True) as connection:
            tables = sql.SQL(", ").join(map(sql.Identifier, REMEMBERED))
            connection.execute(sql.SQL("TRUNCATE {}").format(tables))

    def _make_leaf(self, which: int, table: str, **values: Any) -> Any:
        made = self._make(which, table, **values)
        return made if made == multiple() else (table, made)

    def _make(self, which: int, table: str, **values: Any) -> Any:
        session, made = self.sessions[which], []

        def act() -> int:
            made.append(rows.insert(session.connection, table, **values))
            return 1

        remembered = {name: values[name] for name in REMEMBERED[table]}
        outcome = self._compare(
            session,
            session.attempt(act),
            # A row that was refused has no id, and needs none to be refused here.
            lambda world: world.insert(table, made[0] if made else None, **remembered),
        )
        return made[0] if outcome == 1 else multiple()

    def _change(self, which: int, table: str, key: Any, **values: Any) -> None:
        session = self.sessions[which]
        outcome = session.attempt(lambda: rows.update(session.connection, table, key, **values))
        self._compare(session, outcome, lambda world: world.update(table, key, **values))

    def _delete(self, which: int, table: str, key: Any) -> None:
        session = self.sessions[which]
        outcome = session.attempt(lambda: rows.delete(session.connection, table, key))
        self._compare(session, outcome, lambda world: world.delete(table, key))

    def _compare(self, session: Session, outcome: Outcome, change: Change) -> Outcome:
        if outcome == WAITED:
            (other,) = [one for one in self.sessions if one is not session]
            assert other.changes, "a lock was waited for that nobody can hold"
            return outcome
        assert outcome == change(session.view(self.committed))
        if outcome == 1:
            session.changes.append(change)
        return outcome


def seen_by(connection: psycopg.Connection[Any]) -> dict[str, dict[Any, dict[str, Any]]]:
    """
    What a session sees of every table.
    """
    seen: dict[str, dict[Any, dict[str, Any]]] = {}
    for table, names in REMEMBERED.items():
        query = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, ("id", *names))), sql.Identifier(table)
        )
        found = connection.execute(query).fetchall()
        seen[table] = {key: dict(zip(names, values, strict=True)) for key, *values in found}
    return seen


def test_rows_are_what_they_must_be(schema_database: Database, schema_history: History):
    """Two sessions and a migration between them leave exactly the rows that were promised."""
    TwoSessions.database, TwoSessions.history = schema_database, schema_history
    run_state_machine_as_test(
        TwoSessions,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
