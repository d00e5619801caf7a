"""
Put schemas and tables to the test against each other, on copies of the migrated database.

Three experiments, each made once, when it is first asked for: fields beside columns, payloads there
and back, rows read. Each has one database, and what it writes is undone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from schemaproof.alignment.attributes import table_of
from schemaproof.alignment.declared import Alignment
from schemaproof.alignment.filling import drop_timeless, fill
from schemaproof.alignment.fits import Misfit, misfits
from schemaproof.alignment.polymorphic import take_identity
from schemaproof.alignment.reading import Reading, read_all
from schemaproof.alignment.round_trips import Writing
from schemaproof.alignment.schema import Schema
from schemaproof.alignment.stage import Stage
from schemaproof.catalog import Catalog
from schemaproof.postgres import Connection, Database, Databases
from schemaproof.rows import RowMaker

Made = TypeVar("Made")


class Exchange:
    """
    What the declared schemas and the migrated tables make of each other.

    Args:
        alignments: The declared pairs.
        databases: Where copies come from.
        migrated: What they are copies of.
        catalog: What that contains.
    """

    def __init__(
        self,
        alignments: Sequence[Alignment],
        databases: Databases,
        migrated: Database,
        catalog: Catalog,
    ) -> None:
        self._databases, self._migrated, self._catalog = databases, migrated, catalog
        self._schemas = {str(alignment): Schema(alignment) for alignment in alignments}
        self._lock = threading.Lock()
        self._made: dict[str, Any] = {}

    def misfits(self, alignment: Alignment) -> tuple[Misfit, ...]:
        """
        Return what does not fit between the fields of a schema and the columns of its table.
        """
        return self._once("misfits", self._set_beside)[str(alignment)]

    def writing(self, alignment: Alignment) -> Writing:
        """
        Return what became of the payloads of a Create or an Update.
        """
        return self._once("writings", self._write)[str(alignment)]

    def reading(self, alignment: Alignment) -> Reading:
        """
        Return what a Response made of the rows of its table.
        """
        return self._once("readings", self._read)[str(alignment)]

    def _set_beside(self) -> dict[str, tuple[Misfit, ...]]:
        with self._clone() as (_, raw):
            return {
                name: tuple(misfits(schema, self._catalog, raw))
                for name, schema in self._schemas.items()
            }

    def _read(self) -> dict[str, Reading]:
        responses = {n: s for n, s in self._schemas.items() if s.alignment.role == "response"}
        tables = {n: table_of(schema.alignment.mapper) for n, schema in responses.items()}
        with self._clone() as (connection, raw):
            wanted = [*dict.fromkeys(table for table in tables.values() if table)]
            refused = fill(self._catalog, raw, wanted)
            dropped = drop_timeless(self._catalog, raw, wanted)
            readings = {}
            for name, schema in responses.items():
                table = tables[name]
                if table is None or table in refused:
                    why = refused[table] if table else "the class is mapped to no table of its own"
                    readings[name] = Reading(obstacle=why)
                    continue
                with connection.begin_nested() as savepoint:
                    take_identity(schema.alignment.mapper, connection)
                    readings[name] = read_all(connection, schema)
                    readings[name].unloadable += dropped[table]
                    savepoint.rollback()
            return readings

    def _write(self) -> dict[str, Writing]:
        with self._clone() as (connection, raw):
            maker = RowMaker(catalog=self._catalog, connection=raw, with_states=False)
            written = {}
            for name, schema in self._schemas.items():
                if schema.alignment.role != "response":
                    with connection.begin_nested() as savepoint:
                        staged = Stage(schema, self._reader(schema), self._catalog, connection)
                        written[name] = staged.round_trips(maker)
                        savepoint.rollback()
            return written

    def _reader(self, schema: Schema) -> Schema | None:
        model = schema.alignment.model
        readers = [
            one
            for one in self._schemas.values()
            if one.alignment.role == "response" and one.alignment.model is model
        ]
        relationships = {*schema.alignment.mapper.relationships.keys()}
        # One that shows other rows too would read them all each time.
        return min(
            readers,
            key=lambda one: sum(field.attribute in relationships for field in one.fields),
            default=None,
        )

    @contextmanager
    def _clone(self) -> Iterator[tuple[SqlalchemyConnection, Connection]]:
        with self._databases.clone(self._migrated) as clone:
            engine = create_engine(clone.url, poolclass=NullPool)
            try:
                with engine.connect() as connection, connection.begin() as transaction:
                    # psycopg begins with the first statement, and only then knows savepoints.
                    connection.exec_driver_sql("SELECT 1")
                    raw = connection.connection.driver_connection
                    if not isinstance(raw, psycopg.Connection):
                        raise TypeError(f"psycopg 3 was asked for, {type(raw).__name__} came")
                    yield connection, raw
                    transaction.rollback()
            finally:
                engine.dispose()

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            made: Made = self._made[name]
            return made
