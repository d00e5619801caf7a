"""
Make databases that seem to hold what a population declares, and know what the planner then knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from psycopg import sql

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.plans import NotPosable, Statistics, pose, read_extended, read_statistics
from schemaproof.postgres import Connection, Database, Databases
from schemaproof.rows import SAMPLE_ROWS, RowMaker, Shapes, Volume, sample
from schemaproof.scaling.distinct import Counts
from schemaproof.scaling.extrapolate import extrapolated
from schemaproof.scaling.no_sample import NoSample
from schemaproof.scaling.views import divided, refresh, shrunken


class Sizes:
    """
    Databases of one schema at any size.

    Args:
        template: A database with that schema and no rows.
        databases: Where copies of it are made.
        catalog: What it contains.
        shapes: What is known of its rows.
    """

    def __init__(
        self, template: Database, databases: Databases, catalog: Catalog, shapes: Shapes
    ) -> None:
        self._template, self._databases = template, databases
        self._catalog, self._shapes = catalog, shapes

    def statistics(
        self,
        volumes: Mapping[QualifiedName, Volume],
        *,
        most: int = SAMPLE_ROWS,
        only: Collection[QualifiedName] | None = None,
    ) -> Statistics:
        """
        Return what ANALYZE would say if the tables held what ``volumes`` declare.

        Args:
            volumes: What every table and every declared materialised view holds.
            most: How many rows of each are looked at.
            only: The tables to say it of; None for all.

        Raises:
            NoSample: A table takes no row of which the harness could think; it knows the others'.
            NotPosable: The server lets a superuser alone do what that takes.
        """
        try:
            return self._statistics(volumes, most, only)
        except psycopg.errors.InsufficientPrivilege as error:
            raise NotPosable.for_others(error) from error

    def _statistics(
        self,
        volumes: Mapping[QualifiedName, Volume],
        most: int,
        only: Collection[QualifiedName] | None,
    ) -> Statistics:
        tables, views = divided(volumes, self._catalog)
        wanted = tables if only is None else {name: tables[name] for name in tables if name in only}
        with self._copied() as (maker, connection):
            refused = sample(maker, tables, most=most, only=only)
            there = {table: wanted[table] for table in wanted if table not in refused}
            if there:
                listed = sql.SQL(", ").join(sql.Identifier(*table) for table in there)
                connection.execute(sql.SQL("ANALYZE {}").format(listed))
            found = self._extrapolated(there, connection)
        if any(only is None or view in only for view in views):
            found |= self._of_views(views, shrunken(tables, most), refused)
        if refused:
            raise NoSample(refused, found)
        return found

    def _of_views(
        self,
        views: Mapping[QualifiedName, Volume],
        tables: Mapping[QualifiedName, Volume],
        refused: dict[QualifiedName, str],
    ) -> Statistics:
        with self._copied() as (maker, connection):
            sample(maker, tables)
            empty = refresh(connection)
            refused |= {view: empty[view] for view in views if view in empty}
            there = {view: views[view] for view in views if view not in empty}
            return self._extrapolated(there, connection)

    def _extrapolated(
        self, volumes: Mapping[QualifiedName, Volume], connection: Connection
    ) -> Statistics:
        sampled = read_statistics(connection)
        for table, extended in read_extended(connection).items():
            sampled[table] = replace(sampled[table], extended=extended)
        return extrapolated(sampled, volumes, self._catalog, Counts(connection))

    @contextmanager
    def _copied(self) -> Iterator[tuple[RowMaker, Connection]]:
        with (
            self._databases.copied(self._template) as database,
            database.connect(autocommit=True) as connection,
        ):
            yield (
                RowMaker(catalog=self._catalog, connection=connection, shapes=self._shapes),
                connection,
            )

    @contextmanager
    def posed(self, statistics: Statistics) -> Iterator[Database]:
        """
        Lend a database that seems to hold what ``statistics`` say, for EXPLAIN alone.
        """
        with self._databases.copied(self._template, is_unread=True) as database:
            pose(database, self._databases, statistics)
            yield database
