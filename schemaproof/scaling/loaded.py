"""
Run queries on rows that are really there, and count the blocks that they touch.

So many rows that ANALYZE looks at every one of them: what the planner knows is the same each time,
the rows lie where they were put, and so the blocks are the same too.

Source: https://www.postgresql.org/docs/current/sql-explain.html (BUFFERS) and
https://github.com/postgres/postgres/blob/master/src/backend/commands/analyze.c (std_typanalyze)
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.plans import Plan, explained, pin
from schemaproof.postgres import Database, Databases
from schemaproof.rows import RowMaker, Shapes, Volume, load, with_parents
from schemaproof.scaling.drawn import drawn
from schemaproof.scaling.no_sample import NoSample
from schemaproof.scaling.planning import Planning
from schemaproof.scaling.views import divided, refresh
from schemaproof.workload import Query

# As many as ANALYZE looks at: 300 for each of the 100 entries of default_statistics_target.
MOST_ROWS = 30_000
ANY_SIZE = 1e6
# What it changes sets off nothing further, as EXPLAIN counts nothing of that either.
ALONE = text("SET LOCAL session_replication_role = replica")


@dataclass(frozen=True, kw_only=True)
class Touched:
    """
    What a query did on rows that are there.

    Attributes:
        blocks: How many it touched, whether they were in the cache or not.
        rows: How many rows it found.
        plan: How it ran.
    """

    blocks: int
    rows: int
    plan: Plan


class Loaded:
    """
    The tables that the registered queries read, with rows.

    Args:
        planning: What is known of their sizes, and which of them are read.
        template: A database with that schema and no rows.
        databases: Where a copy of it is filled, when it is first asked.
        catalog: What it contains.
        shapes: What is known of its rows.
    """

    def __init__(
        self,
        planning: Planning,
        template: Database,
        databases: Databases,
        catalog: Catalog,
        shapes: Shapes,
    ) -> None:
        self._planning, self._template, self._databases = planning, template, databases
        self._catalog, self._shapes = catalog, shapes
        self._lock = threading.Lock()
        self._refused: dict[QualifiedName, str] = {}

    @cached_property
    def rows(self) -> float:
        """
        How many rows the counted table holds, so that the largest has no more than `MOST_ROWS`.
        """
        largest = max(each.rows for each in self._planning.volumes(ANY_SIZE).values())
        return max(1.0, ANY_SIZE * MOST_ROWS // largest)

    def touched(self, query: Query) -> Touched:
        """
        Run a query once, with typical values, and put back what it changes.

        Raises:
            NoSample: A table that it reads takes no row of which the harness could think.
            NotPosable: The server does not let a table seem larger than it is.
            sqlalchemy.exc.SQLAlchemyError: The server does not accept it.
        """
        read = self._planning.explained(query, min(query.sizes)).plan
        with self._lock:
            filled = self._filled
            if self._refused:
                NoSample(self._refused, {}).check(read)
            if all(node.node != "ModifyTable" for node in read.walk()):
                plan = self._run(filled, query)
            else:
                # What it changes leaves traces, whether it is rolled back or not.
                with self._databases.copied(filled) as database:
                    plan = self._run(database, query, is_changing=True)
        found = plan.inputs[0] if plan.node == "ModifyTable" else plan
        return Touched(
            blocks=found.buffers or 0,
            rows=round((found.actual_rows or 0) * (found.loops or 1)),
            plan=plan,
        )

    def _run(self, database: Database, query: Query, *, is_changing: bool = False) -> Plan:
        engine = create_engine(database.url, poolclass=NullPool)
        with engine.connect() as connection, connection.begin():
            pin(connection, self._planning.settings)
            connection.execute(ALONE)
            values = drawn(connection, query, self._catalog)
            # For the first time the server also reads what it must know of operators and types.
            explained(connection, query.statement, values, is_run=not is_changing)
            return explained(connection, query.statement, values, is_run=True).plan

    @cached_property
    def _filled(self) -> Database:
        database = self._databases.keep(self._databases.copied(self._template))
        with database.connect(autocommit=True) as connection:
            maker = RowMaker(catalog=self._catalog, connection=connection, shapes=self._shapes)
            for table, made in load(maker, self._volumes()).items():
                if made.obstacle is not None:
                    self._refused[table] = made.obstacle
            self._refused |= refresh(connection)
            # As production is: nothing dead, and every page known to be visible to all.
            connection.execute("VACUUM ANALYZE")
        return database

    def _volumes(self) -> dict[QualifiedName, Volume]:
        volumes, read = self._planning.volumes(self.rows), set[QualifiedName]()
        for query in self._planning.queries:
            with contextlib.suppress(NoSample, SQLAlchemyError):
                read |= self._planning.explained(query, min(query.sizes)).plan.read
        volumes, views = divided(volumes, self._catalog)
        # What a view is filled from, its plans do not tell.
        is_whole = not read.isdisjoint(views)
        wanted = {table: volumes[table] for table in volumes if is_whole or table in read}
        needed = with_parents(wanted, self._catalog)
        return {table: volumes.get(table, own) for table, own in needed.items()}
