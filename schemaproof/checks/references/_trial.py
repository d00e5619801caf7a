"""
Delete one row on a throwaway database, and read what remains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import psycopg
from psycopg import sql
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.checks.references._state import State
from schemaproof.postgres import Database, driver_of
from schemaproof.rows import NoRowFound, Row, Values
from schemaproof.rows.statements import bare_relation, equations, relation
from schemaproof.trials.offers.answer import FUNCTION

# Column values by table, that stand above a table's shape.
Overrides = dict[QualifiedName, Values]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """
    The server, or SQLAlchemy, said no.

    Attributes:
        sqlstate: The five characters of the error; empty if SQLAlchemy raised.
        constraint: The constraint that refused, if one did.
        function: The trigger's function that refused, if one did.
        message: The first line of what was said.
    """

    sqlstate: str
    constraint: str | None
    function: str | None
    message: str

    @property
    def by(self) -> str:
        """
        Who refused, in a few words.
        """
        if self.is_by_trigger:
            return f"trigger function {self.function} ({self.sqlstate})"
        if self.constraint is not None:
            return f"constraint {self.constraint} ({self.sqlstate})"
        return f"{self.message} ({self.sqlstate})" if self.sqlstate else self.message

    @property
    def is_by_trigger(self) -> bool:
        """
        Whether a trigger's function decided it, not a constraint.
        """
        return self.function is not None and self.constraint is None


class Trial:
    """
    One database on which deletes are tried, each undone before the next.
    """

    def __init__(self, connection: SqlalchemyConnection, catalog: Catalog) -> None:
        self.orm = connection
        self.raw = driver_of(connection)
        self.catalog = catalog
        self._constraint_names = {constraint.name for constraint in catalog.constraints}
        self._constraint_names |= {key.name for key in catalog.foreign_keys}

    def delete(self, victim: Row) -> State | Refusal:
        """
        Delete the row by its primary key and return what remains.
        """
        address, parameters = self.address(victim)
        with self.undone():
            try:
                self.raw.execute(sql.SQL("DELETE FROM {}").format(address), parameters)
                self.raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
            except psycopg.Error as error:
                return self.refusal(error)
            return self.state()

    def state(self) -> State:
        """
        Read every row of every table that takes part in a foreign key.
        """
        seen: State = Counter()
        for table, statement in self._readings.items():
            for row in self.raw.execute(statement):
                seen[table, tuple(row)] += 1
        return seen

    def expected(self, rows: list[Row]) -> State:
        """
        Put rows in memory into the form of `state`.
        """
        return Counter((row.table, row.take(self.telling_columns(row.table))) for row in rows)

    def telling_columns(self, table: QualifiedName) -> tuple[str, ...]:
        """
        Return the primary key's columns (all columns, if there is none) and every key's columns.
        """
        own = self.catalog.primary_key_of(table) or tuple(self.catalog.types_of(table))
        references = [name for key in self.catalog.foreign_keys_of(table) for name in key.columns]
        return tuple(dict.fromkeys([*own, *references]))

    def reached_from(self, table: QualifiedName) -> list[QualifiedName]:
        """
        Return the table and all whose rows a delete of its rows may concern, the nearest first.
        """
        reached = [table]
        for each in reached:
            below = {key.table for key in self.catalog.foreign_keys_to(each)}
            reached.extend(sorted(below - {*reached}, key=str))
        return reached

    def refusal(self, error: BaseException) -> Refusal:
        """
        Say who refused.
        """
        diag = getattr(error, "diag", None)
        named = getattr(diag, "constraint_name", None)
        context = FUNCTION.search(getattr(diag, "context", None) or "")
        lines = str(error).strip().splitlines()
        return Refusal(
            sqlstate=getattr(error, "sqlstate", None) or "",
            # RAISE … USING CONSTRAINT may name anything; only the catalogue's own names count.
            constraint=named if named in self._constraint_names else None,
            function=context.group(1) if context else None,
            message=f"{type(error).__name__}: {lines[0] if lines else ''}",
        )

    @cached_property
    def _readings(self) -> dict[QualifiedName, bytes]:
        # What a partition holds is read with its table.
        keys = [key for key in self.catalog.foreign_keys if not key.is_inherited]
        tables = {key.table for key in keys} | {key.target for key in keys}
        return {table: self._reading(table) for table in sorted(tables, key=str)}

    def _reading(self, table: QualifiedName) -> bytes:
        columns = sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier(name)) for name in self.telling_columns(table)
        )
        source = bare_relation(table)
        return sql.SQL("SELECT {} FROM {}").format(columns, source).as_bytes()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """
        Take back what happens within.
        """
        savepoint = self.orm.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()

    def address(self, row: Row) -> tuple[sql.Composed, list[str | None]]:
        """
        Return ``table WHERE …`` for one row, and its parameters.

        Raises:
            NoRowFound: Nothing tells the rows of its table apart.
        """
        columns = self._key_columns(row.table)
        types = self.catalog.types_of(row.table)
        matches = equations({column: types[column] for column in columns}, " AND ")
        address = sql.SQL("{} WHERE {}").format(relation(row.table), matches)
        return address, list(row.take(columns))

    def _key_columns(self, table: QualifiedName) -> tuple[str, ...]:
        # What a foreign key points at is unique, with or without a primary key.
        referring = self.catalog.foreign_keys_to(table)
        columns = self.catalog.primary_key_of(table) or (referring and referring[0].target_columns)
        if not columns:
            raise NoRowFound(table, "a key that tells it from the others")
        return columns


@contextmanager
def trial_on(database: Database, catalog: Catalog) -> Iterator[Trial]:
    """
    Connect to a throwaway database and leave it as it was.
    """
    engine = create_engine(database.url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield Trial(connection, catalog)
    finally:
        engine.dispose()
