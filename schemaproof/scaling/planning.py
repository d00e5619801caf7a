"""
Plan statements on the tables of one schema at any size, each size posed once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.plans import PINNED, Explanation, Statistics
from schemaproof.postgres import Database, Databases
from schemaproof.rows import Shapes, Volume, assumed, with_parents
from schemaproof.scaling.desk import Desk
from schemaproof.scaling.desks import Desks
from schemaproof.scaling.keeping import kept
from schemaproof.scaling.no_sample import NoSample
from schemaproof.scaling.sizes import Sizes
from schemaproof.scaling.strange import refuse_strange
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

    Raises:
        BadConfiguration: The population tells of a table or a column that is not there.
    """

    def __init__(
        self,
        migrated: Database,
        databases: Databases,
        catalog: Catalog,
        shapes: Shapes,
        workload: Workload,
    ) -> None:
        refuse_strange(workload.population, catalog)
        self._sizes = Sizes(migrated, databases, catalog, shapes)
        self._databases, self._catalog, self._workload = databases, catalog, workload
        foreseen = {rows for query in workload.queries for rows in query.sizes}
        self._desks = Desks(self._desk, foreseen)
        self._lacking: dict[float, NoSample] = {}
        self._known: dict[tuple[object, ...], tuple[Query, Explanation]] = {}

    @property
    def settings(self) -> Mapping[str, str]:
        """
        What the planner goes by.
        """
        return {**PINNED, **self._workload.settings}

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
            without: Indexes that are not to be thought of; a name without a schema is of any.
            settings: What the planner goes by beside the workload's settings.

        Raises:
            NoSample: A table that it reads takes no row of which the harness could think.
            NotPosable: The server does not let a table seem larger than it is.
            sqlalchemy.exc.DBAPIError: The server does not accept the statement.
        """
        others = tuple(sorted((settings or {}).items()))
        asked = (id(query), rows, is_generic, without, others)
        if asked not in self._known:
            found = self._desks.at(rows).explained(
                query.statement,
                query.parameters,
                is_generic=is_generic,
                without=without,
                settings=settings,
            )
            if rows in self._lacking:
                self._lacking[rows].check(found.plan)
            # With the query, so that no other takes its place in memory.
            self._known[asked] = query, found
        return self._known[asked][1]

    def repeated(self, query: Query, rows: float) -> Explanation:
        """
        Return what the server says of a query that was prepared and has run five times.

        Raises:
            NoSample: As `explained`.
            NotPosable: As `explained`.
            sqlalchemy.exc.DBAPIError: The server does not accept the statement.
        """
        return self._desks.at(rows).repeated(query.statement, query.parameters)

    @property
    def queries(self) -> tuple[Query, ...]:
        """
        The registered queries.
        """
        return self._workload.queries

    @property
    def counted(self) -> str | None:
        """
        The table whose rows a size counts; None if it is every table's.
        """
        population = self._workload.population
        return population.counted if population else None

    @property
    def postgresql(self) -> int:
        """
        The major version of the server.
        """
        return self._databases.server.version // 10_000

    def volumes(self, rows: float) -> dict[QualifiedName, Volume]:
        """
        Return what the tables hold at a size.
        """
        population = self._workload.population
        if population is None:
            return assumed(self._catalog, rows)
        return with_parents(population.at(rows), self._catalog)

    def statistics(
        self, rows: float, *, only: Collection[QualifiedName] | None = None
    ) -> Statistics:
        """
        Return what ANALYZE would say of tables of a size.

        Args:
            rows: The size.
            only: The tables to say it of, since each takes its time; None for all.

        Raises:
            NoSample: As `explained`.
        """
        volumes = self.volumes(rows)
        # A set is written in another order by each process.
        told = [
            (name, replace(each, ascending=sorted(each.ascending), varied=sorted(each.varied)))
            for name, each in sorted(volumes.items())
        ]
        made_of: tuple[object, ...] = (self._databases.server.version, [*self._catalog], told)
        if only is not None:
            made_of += (sorted(only),)
        return kept(made_of, lambda: self._sizes.statistics(volumes, only=only))

    @contextmanager
    def opened(self, statistics: Statistics) -> Iterator[Desk]:
        """
        Lend a desk at a size of which nobody asks again.

        Args:
            statistics: What `statistics` says of it.

        Raises:
            NotPosable: As `explained`.
        """
        with (
            self._sizes.posed(statistics) as database,
            contextlib.closing(Desk(database, self._workload.settings)) as desk,
        ):
            yield desk

    def _desk(self, rows: float) -> Desk:
        try:
            statistics = self.statistics(rows)
        except NoSample as error:
            statistics, self._lacking[rows] = error.statistics, error
        return self._databases.keep(self.opened(statistics))
