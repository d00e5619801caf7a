"""
Offer what checks ask of a database that others use, beside what its project makes elsewhere.
"""

from __future__ import annotations

import datetime as dt

from schemaproof.catalog import Catalog, Extension, snapshot
from schemaproof.history import BootstrapFailed, MigrationFailed, ground
from schemaproof.postgres import Databases
from schemaproof.preflight import Data, PendingRevision, run_pending
from schemaproof.project import Project
from schemaproof.scope import Scope
from schemaproof.staging import (
    Access,
    LivePlans,
    Session,
    Stamp,
    States,
    access_of,
    own_part,
    read_stamp,
)
from schemaproof.subject.subject import Subject
from schemaproof.vitals import Vitals, read_vitals


class Live(Subject):
    """
    One project and a database on which it runs.

    The catalogue is the project's part of the live one; what is made for comparison is made on
    throwaway databases.

    Args:
        session: A session on the live database that only reads.
        databases: Where throwaway databases come from.
    """

    is_live = True

    def __init__(
        self, project: Project, databases: Databases, session: Session, *, today: dt.date
    ) -> None:
        makers = {"catalog": self._own_catalog, "scope": self._scope}
        super().__init__(project, databases, today=today, makers=makers)
        self.session = session
        self.data = Data(session)
        self.live_plans = LivePlans(session)

    @property
    def access(self) -> Access:
        """
        As whom the session looks.
        """
        return self._once("access", lambda: access_of(self.session))

    @property
    def vitals(self) -> Vitals:
        """
        How the database and its server are doing.
        """
        return self._once("vitals", lambda: read_vitals(self.session))

    @property
    def everything(self) -> Catalog:
        """
        All that the database holds, whoever made it.

        Raises:
            psycopg.Error: The server did not tell, or not in time.
        """
        return self._once("everything", self._read_catalog)

    @property
    def stamp(self) -> Stamp:
        """
        What it says that it is, and what it is.
        """
        return self._once(
            "stamp",
            lambda: read_stamp(self.session, self.everything, self._states, self.scope.leaves_out),
        )

    @property
    def pending(self) -> tuple[PendingRevision, ...]:
        """
        The revisions that the next deploy runs, and what they ask of it.

        Raises:
            MigrationFailed: One that has run there raised.
        """
        return self._once("pending", self._run_pending)

    def _run_pending(self) -> tuple[PendingRevision, ...]:
        # From what it is: a stamp that is wrong is told, and the next deploy is run all the same.
        stamp, version = self.stamp, self.session.info.server_version
        return run_pending(stamp.revisions, self.history, self.databases, version=version)

    @property
    def _states(self) -> States:
        return self._once("states", lambda: States(self.history, self.databases))

    def _own_catalog(self) -> Catalog:
        try:
            return own_part(self.everything, self._states.known)
        except (BootstrapFailed, MigrationFailed):
            # Others say so; nobody knows what is whose, and all of it is judged.
            return self.everything

    def _read_catalog(self) -> Catalog:
        with self.session.transaction():
            return snapshot(self.session)

    def _scope(self) -> Scope:
        # Asked where nothing was migrated: a revision that is to come may raise.
        return Scope(self.project, self.databases, lambda: ground(self.history, self.databases))

    def _extensions(self) -> tuple[Extension, ...]:
        return self._catalog_of(self.migrated).extensions
