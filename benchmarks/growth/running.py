"""
Run registered queries on tables that were loaded, and put back whatever they change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection, NestedTransaction, NullPool, create_engine, text

from benchmarks.growth.judge import Measured
from benchmarks.growth.statements import changed
from benchmarks.growth.typical import Kind, Values
from schemaproof.plans import Plan, clause, explained, pin
from schemaproof.postgres import Database
from schemaproof.workload import Query, Workload

# The planner passes over an index that is not valid.
HIDE = text(
    "UPDATE pg_index SET indisvalid = false FROM pg_class AS c"
    " WHERE c.oid = indexrelid AND c.relname = :name"
)
# A statement that a cascade would send is looked at alone: it sets off nothing further.
ALONE = text("SET LOCAL session_replication_role = replica")


class Running:
    """
    One database of one size, and a connection to it.

    Args:
        database: The database.
        images: Its size.
        workload: What is asked of it, and by what the planner goes in production.
    """

    def __init__(self, database: Database, images: float, workload: Workload) -> None:
        self._database, self.images, self._workload = database, images, workload
        self._engine = create_engine(database.url, poolclass=NullPool)
        self.connection = self._engine.connect()

    @cached_property
    def values(self) -> Values:
        """
        The values that queries are sent with.
        """
        driver = self._database.connect(autocommit=True)
        return Values(driver)

    def measured(self, query: Query, kind: Kind, *, has_index: bool = True) -> Measured:
        """
        Run a query once and count; with or without the index that it relies on.
        """
        with self.rolled_back() as connection:
            if not has_index:
                connection.execute(HIDE, {"name": query.index})
            values = self.values.of(query, kind)
            # For the first time the server also reads what it must know of operators and types.
            explained(connection, query.statement, values, is_run=not changed(query.statement))
            plan = looked_up(explained(connection, query.statement, values, is_run=True).plan)
        self.tidy(query)
        return Measured(
            images=self.images,
            rows=round((plan.actual_rows or 0) * (plan.loops or 1)),
            buffers=plan.buffers or 0,
            tables=len({node.alias for node in plan.walk() if node.alias}),
            shape=plan.shape,
        )

    def call(self, query: Query, kind: Kind) -> Callable[[], None]:
        """
        Return what sends the query and takes all rows, for a stopwatch; within `rolled_back`.
        """
        statement, values = clause(query.statement), self.values.of(query, kind)

        def send() -> None:
            found = self.connection.execute(statement, values)
            if found.returns_rows:
                found.fetchall()

        return send

    @contextmanager
    def rolled_back(self) -> Iterator[Connection]:
        """
        Open a transaction in which the planner goes by what it does in production.
        """
        transaction = self.connection.begin()
        try:
            pin(self.connection, self._workload.settings)
            self.connection.execute(ALONE)
            yield self.connection
        finally:
            transaction.rollback()

    def tidy(self, query: Query) -> None:
        """
        Remove what a query has left behind, though it was rolled back.
        """
        if table := changed(query.statement):
            with self._database.connect(autocommit=True) as connection:
                connection.execute(f'VACUUM "{table}"')

    def close(self) -> None:
        """
        Leave the database.
        """
        self.connection.close()
        self._engine.dispose()
        if "values" in vars(self):
            self.values.close()


def looked_up(plan: Plan) -> Plan:
    """
    Return the part of a plan that finds rows, without the one that changes them.
    """
    return plan.inputs[0] if plan.node == "ModifyTable" else plan


def anew(connection: Connection) -> Callable[[], None]:
    """
    Return what undoes everything that was done on a connection since it was called before.
    """
    opened: list[NestedTransaction] = []

    def undo() -> None:
        if opened:
            opened.pop().rollback()
        opened.append(connection.begin_nested())

    return undo
