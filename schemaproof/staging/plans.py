"""
Ask a live server how it would run a project's queries, with the statistics that it really has.

Statements are planned and never run. SQLAlchemy writes them, and needs a connection whose
transactions are its own; they only read too, and have the same limits.
"""

from __future__ import annotations

import psycopg
from psycopg import errors
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from schemaproof.errors import first_line
from schemaproof.plans import NoPlan, Plan, explained
from schemaproof.staging.session import Session
from schemaproof.workload import Query

# It speaks of what is not there, or its values do not fit.
UNFIT = (errors.ProgrammingError, errors.DataError, errors.QueryCanceled, errors.LockNotAvailable)


class LivePlans:
    """
    The plans of a live database.

    Args:
        session: A session on it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._engine = create_engine(
            "postgresql+psycopg://", creator=self._connect, poolclass=NullPool
        )

    def of(self, query: Query) -> Plan | str:
        """
        Return the plan of a query with its typical parameters, or why there is none.

        Raises:
            DeadlineOver: There is no time left.
        """
        try:
            with self._engine.connect() as connection:
                self._session.limit(connection.exec_driver_sql)
                return explained(connection, query.statement, query.parameters).plan
        except DBAPIError as error:
            if not isinstance(error.orig, UNFIT):
                raise
            return first_line(error.orig)
        except NoPlan as error:
            return str(error)

    def _connect(self) -> psycopg.Connection:
        return self._session.another()
