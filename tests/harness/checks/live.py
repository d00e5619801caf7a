"""
A live database with rows, at some revision of a project, and what is said of it before a deploy.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from schemaproof.catalog import Catalog, snapshot
from schemaproof.checks import Evidence, Skip, Violation
from schemaproof.history import MigrationFailed
from schemaproof.postgres import Connection, Database
from schemaproof.preflight import Data, PendingRevision, run_pending
from schemaproof.staging import read_only
from tests.harness.fix_bench import CHECKS, Bench

STAMP = "SELECT version_num FROM alembic_version"


class Live:
    """
    A database that others use.

    Attributes:
        bench: The project that is to be deployed to it.
        looked_at: The database.
        database: The same again, which nobody looks at.
        reading: A connection to it that only reads.
        data: Its rows.
    """

    def __init__(
        self, bench: Bench, looked_at: Database, same: Database, reading: Connection
    ) -> None:
        self.bench, self.looked_at, self.database = bench, looked_at, same
        self.reading, self.data = reading, Data(reading)

    @cached_property
    def catalog(self) -> Catalog:
        """
        What it holds, all of which is the project's.
        """
        with self.database.connect(autocommit=True) as connection:
            return snapshot(connection)

    @cached_property
    def pending(self) -> dict[str, PendingRevision]:
        """
        What it has not run.
        """
        stamp = {one for (one,) in self.reading.execute(STAMP)}
        history, databases = self.bench.subject.history, self.bench.databases
        found = run_pending(stamp, history, databases, version=self.data.version)
        return {one.revision.id: one for one in found}

    def said(self, check: str, **asked: Any) -> Said:
        """
        Return what a check yields.
        """
        parts = {
            "catalog": self.catalog,
            "data": self.data,
            "project": self.bench.subject.project,
        }
        wanted = {name: part for name, part in parts.items() if name in CHECKS[check].parts}
        return Said([*CHECKS[check].run(**wanted, **asked)])

    def upgrade(self, to: str) -> MigrationFailed | None:
        """
        Run the real upgrade on a copy with the same rows; return what it raised.
        """
        copy = self.bench.databases.copied(self.database)
        with copy as database:
            try:
                self.bench.subject.history.upgrade(database, to)
            except MigrationFailed as error:
                return error
        return None

    @contextlib.contextmanager
    def again(self) -> Iterator[Live]:
        """
        Lend a reader of the database that nobody looks at.
        """
        with read_only(_url(self.database)) as reading:
            yield Live(self.bench, self.database, self.database, reading)


class Said:
    """
    What a check has yielded.
    """

    def __init__(self, yielded: list[Any]) -> None:
        self.violations = [one for one in yielded if isinstance(one, Violation)]
        self.skipped = [one.why for one in yielded if isinstance(one, Skip)]
        self.seen = [one.seen for one in yielded if isinstance(one, Evidence)]

    @property
    def found(self) -> list[str]:
        """
        What the violations found.
        """
        return [one.found for one in self.violations]

    @property
    def is_proved(self) -> bool:
        """
        Whether there is nothing to complain of.
        """
        return not self.violations and not self.skipped


@contextlib.contextmanager
def live(bench: Bench, stamp: str | None, *rows: str) -> Iterator[Live]:
    """
    Lend a database at a revision, after statements that make rows; looked at read-only.
    """
    with bench.databases.clone() as database:
        if stamp is not None:
            bench.subject.history.upgrade(database, stamp)
        with database.connect(autocommit=True) as connection:
            for statement in rows:
                connection.execute(statement.encode())
        # To copy a database its sessions are ended.
        same = bench.databases.copy(database)
        with read_only(_url(database)) as reading:
            yield Live(bench, database, same, reading)


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)
