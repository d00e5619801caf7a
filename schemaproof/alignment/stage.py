"""
Set the stage for the payloads of one schema: the rows that they refer to, and what is to be filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import psycopg
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy.exc import DBAPIError, OperationalError

from schemaproof.alignment.attributes import column_of, table_of, what_is_missing
from schemaproof.alignment.example import Example, as_json, delete_example, make_example, typed
from schemaproof.alignment.filling import ROW_WANTED
from schemaproof.alignment.fits import missing
from schemaproof.alignment.payloads import NoPayload, Payloads
from schemaproof.alignment.polymorphic import take_identity
from schemaproof.alignment.probes import probes
from schemaproof.alignment.round_trips import Writing
from schemaproof.alignment.schema import Field, Json, Schema
from schemaproof.alignment.writing import Writer
from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.errors import first_line
from schemaproof.postgres import Connection
from schemaproof.rows import NoRowFound, RowMaker


class Stage:
    """
    One schema that writes, on a database.

    Args:
        schema: A Create or an Update.
        reader: The Response that what it writes is read through, if there is one.
        catalog: What the database contains.
        connection: Where; the caller undoes what was written.
    """

    def __init__(
        self,
        schema: Schema,
        reader: Schema | None,
        catalog: Catalog,
        connection: SqlalchemyConnection,
    ) -> None:
        self._schema, self._reader = schema, reader
        self._catalog, self._connection = catalog, connection
        self._mapper = schema.alignment.mapper
        self._is_update = schema.alignment.role == "update"

    def send(self, maker: RowMaker, how: Callable[[Payloads, Writer], Writing]) -> Writing:
        """
        Send payloads of the schema there and back.

        Args:
            maker: Makes the rows that they refer to, on the same connection.
            how: Which payloads.
        """
        table = table_of(self._mapper)
        obstacle = what_is_missing(self._mapper, self._catalog)
        if table is None or obstacle is not None:
            return Writing(obstacle=obstacle)
        try:
            with maker.connection.transaction():
                example = make_example(maker, table)
                take_identity(self._mapper, self._connection)
            if not self._is_update:
                delete_example(example, maker)
            references = self._references(example, maker)
            payloads = Payloads(self._schema, references, self._unique(table) - {*references})
            payloads.further = {
                field.name: [*self._ends(payloads, field, maker.connection)]
                for field in self._schema.fields
            }
            return how(payloads, self._writer(example))
        except (psycopg.OperationalError, OperationalError):
            raise  # the server is in trouble, which says nothing of the schema
        except NoRowFound as error:
            return Writing(obstacle=f"{error}; {ROW_WANTED}")
        except (NoPayload, psycopg.Error, DBAPIError) as error:
            return Writing(obstacle=first_line(getattr(error, "orig", None) or error))

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {
            field.name: column
            for field in self._schema.fields
            if (column := column_of(self._mapper, field.attribute, self._catalog)) is not None
        }

    def _references(self, example: Example, maker: RowMaker) -> dict[str, Json]:
        values = {(example.row.table, name): example.values[name] for name in example.references}
        # Those of a class above are in a table above.
        for table in {column.table for column in self._columns.values()} - {example.row.table}:
            for key in self._catalog.foreign_keys_of(table):
                parent = typed(maker.referable(key), maker)
                values |= {
                    (table, name): parent[there]
                    for name, there in zip(key.columns, key.target_columns, strict=True)
                }
        return {
            name: as_json(values[column.table, column.name])
            for name, column in self._columns.items()
            if (column.table, column.name) in values
        }

    def _unique(self, table: QualifiedName) -> set[str]:
        indexes = [index for index in self._catalog.indexes_of(table) if index.is_unique]
        unique = {key.column for index in indexes for key in index.keys}
        return {name for name, column in self._columns.items() if column.name in unique}

    def _ends(self, payloads: Payloads, field: Field, connection: Connection) -> Iterator[Json]:
        column = self._columns.get(field.name)
        if column is not None and field.name not in payloads.fixed:
            base = payloads.text(field)
            spoken = {label: value for value, label in payloads.labels(field).items()}
            for probe in probes(column, self._catalog, connection, words=(), base=base):
                is_label = isinstance(probe.value, str) and probe.value in spoken
                yield spoken[probe.value] if is_label else probe.value

    def _writer(self, example: Example) -> Writer:
        added = {} if self._is_update else missing(self._schema, self._catalog)
        key = [example.values[column.name] for column in self._mapper.primary_key]
        return Writer(
            connection=self._connection,
            schema=self._schema,
            reader=self._reader,
            given={name: example.values[column.name] for name, column in added.items()},
            identity=tuple(key) if self._is_update else None,
            is_deferring=self._is_deferring(example.row.table),
        )

    def _is_deferring(self, table: QualifiedName) -> bool:
        constraints, triggers = (
            self._catalog.constraints_of(table),
            self._catalog.triggers_of(table),
        )
        return any(one.is_deferrable for one in constraints) or any(
            one.is_deferrable for one in triggers
        )
