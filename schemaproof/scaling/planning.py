"""
Plan statements on the tables of one schema at any size, each size posed once.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.plans import Explanation, Statistics
from schemaproof.postgres import Database, Databases
from schemaproof.rows import Shapes, Volume, assumed
from schemaproof.scaling.desk import Desk
from schemaproof.scaling.keeping import kept
from schemaproof.scaling.sizes import Sizes
from schemaproof.workload import Query, Workload


class Planning:
    """
    Where statements are planned at the sizes that a workload declares.

    Args:
        migrated: The template that the migrations made.
        databases: Where copies of it are made.
        catalog: What it contains.
        shapes: What is known of its rows.
        workload: What the tables will hold, and by what the planner goes in production.
    """

    def __init__(
        self,
        migrated: Database,
        databases: Databases,
        catalog: Catalog,
        shapes: Shapes,
        workload: Workload,
    ) -> None:
        self._sizes = Sizes(migrated, databases, catalog, shapes)
        self._databases, self._catalog, self._workload = databases, catalog, workload
        self._desks: dict[float, Desk] = {}
        self._locks: dict[float, threading.Lock] = {}
        self._lock = threading.Lock()

    def explained(
        self,
        query: Query,
        rows: float,
        *,
        is_generic: bool = False,
        without: tuple[str, ...] = (),
        settings: Mapping[str, str] | None = None,
    ) -> Explanation:
        """
        Return what the server says of a query on tables of a size.

        Args:
            query: The query; its promises do not matter.
            rows: How many rows the counted table holds; every table, if no population is declared.
            is_generic: Whether it is planned for any values instead.
            without: Indexes that are not to be thought of.
            settings: What the planner goes by beside the workload's settings.

        Raises:
            NoSample: A table takes no row of which the harness could think.
            NotPosable: The server does not let a table seem larger than it is.
            sqlalchemy.exc.DBAPIError: The server does not accept the statement.
        """
        return self._desk(rows).explained(
            query.statement,
            query.parameters,
            is_generic=is_generic,
            without=without,
            settings=settings,
        )

    def volumes(self, rows: float) -> dict[QualifiedName, Volume]:
        """
        Return what the tables hold at a size.
        """
        population = self._workload.population
        return population.at(rows) if population else assumed(self._catalog, rows)

    def statistics(self, rows: float) -> Statistics:
        """
        Return what ANALYZE would say of tables of a size.

        Raises:
            NoSample: As `explained`.
        """
        volumes = self.volumes(rows)
        made_of = (self._databases.server.version, [*self._catalog], sorted(volumes.items()))
        return kept(made_of, lambda: self._sizes.statistics(volumes))

    def _desk(self, rows: float) -> Desk:
        with self._lock:
            lock = self._locks.setdefault(rows, threading.Lock())
        with lock:
            if rows not in self._desks:
                database = self._databases.keep(self._sizes.posed(self.statistics(rows)))
                desk = Desk(database, self._workload.settings)
                self._desks[rows] = self._databases.keep(contextlib.closing(desk))
            return self._desks[rows]
