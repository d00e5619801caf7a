"""
Put schemas and tables to the test against each other, on copies of the migrated database.

Three experiments, each made once, when it is first asked for: fields beside columns, payloads there
and back, rows read. Each has one database, and what it writes is undone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from schemaproof.alignment.attributes import column_of, table_of
from schemaproof.alignment.declared import Alignment
from schemaproof.alignment.example import Example, as_json, delete_example, make_example
from schemaproof.alignment.filling import drop_timeless, fill
from schemaproof.alignment.fits import Misfit, misfits, missing
from schemaproof.alignment.payloads import NoPayload, Payloads
from schemaproof.alignment.probes import probes
from schemaproof.alignment.reading import Reading, read_all
from schemaproof.alignment.round_trips import Writing, round_trips
from schemaproof.alignment.schema import Field, Json, Schema
from schemaproof.alignment.writing import Writer
from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.postgres import Connection, Database, Databases
from schemaproof.rows import NoRowFound, RowMaker, Shape

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
        self._shapes: dict[QualifiedName, Shape] = {}
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
                readings[name] = read_all(connection, schema)
                readings[name].unloadable += dropped[table]
            return readings

    def _write(self) -> dict[str, Writing]:
        with self._clone() as (connection, raw):
            written = {}
            for name, schema in self._schemas.items():
                if schema.alignment.role != "response":
                    with connection.begin_nested() as savepoint:
                        written[name] = self._written(schema, connection, raw)
                        savepoint.rollback()
            return written

    def _written(
        self, schema: Schema, connection: SqlalchemyConnection, raw: Connection
    ) -> Writing:
        table = table_of(schema.alignment.mapper)
        if table is None:
            return Writing(obstacle="the class is mapped to no table of its own")
        maker = RowMaker(
            catalog=self._catalog, connection=raw, shapes=self._shapes, with_states=False
        )
        try:
            with raw.transaction():
                example = make_example(maker, table)
            if schema.alignment.role == "create":
                delete_example(example, maker)
            payloads = Payloads(
                schema, self._references(schema, example), self._unique(schema, table)
            )
            payloads.further = {
                field.name: [*self._ends(payloads, field, raw)] for field in schema.fields
            }
            return round_trips(payloads, self._writer(schema, connection, example))
        except psycopg.OperationalError:
            raise  # the server is in trouble, which says nothing of the schema
        except (NoRowFound, NoPayload, psycopg.Error) as error:
            return Writing(obstacle=" ".join(str(error).split()))

    def _ends(self, payloads: Payloads, field: Field, raw: Connection) -> Iterator[Json]:
        column = column_of(payloads.schema.alignment.mapper, field.attribute, self._catalog)
        if column is not None and field.name not in payloads.fixed:
            base = payloads.text(field)
            for probe in probes(column, self._catalog, raw, words=(), base=base):
                yield probe.value

    def _writer(self, schema: Schema, connection: SqlalchemyConnection, example: Example) -> Writer:
        mapper = schema.alignment.mapper
        added = missing(schema, self._catalog) if schema.alignment.role == "create" else {}
        key = [example.values[column.name] for column in mapper.primary_key]
        return Writer(
            connection=connection,
            schema=schema,
            reader=self._reader(schema),
            given={name: example.values[column.name] for name, column in added.items()},
            identity=tuple(key) if schema.alignment.role == "update" else None,
            is_deferring=any(
                constraint.is_deferrable
                for constraint in self._catalog.constraints_of(example.row.table)
            ),
        )

    def _reader(self, schema: Schema) -> Schema | None:
        responses = [
            other
            for other in self._schemas.values()
            if other.alignment.role == "response"
            and other.alignment.model is schema.alignment.model
        ]
        relationships = {*schema.alignment.mapper.relationships.keys()}
        # One that shows other rows too would read them all each time.
        return min(
            responses,
            key=lambda one: sum(field.attribute in relationships for field in one.fields),
            default=None,
        )

    def _references(self, schema: Schema, example: Example) -> Mapping[str, Any]:
        found = {}
        for field in schema.fields:
            column = column_of(schema.alignment.mapper, field.attribute, self._catalog)
            if column is not None and column.name in example.references:
                found[field.name] = as_json(example.values[column.name])
        return found

    def _unique(self, schema: Schema, table: QualifiedName) -> set[str]:
        columns = {
            key.column
            for index in self._catalog.indexes_of(table)
            if index.is_unique
            for key in index.keys
        }
        return {
            field.name
            for field in schema.fields
            if (found := column_of(schema.alignment.mapper, field.attribute, self._catalog))
            and found.name in columns
        }

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
