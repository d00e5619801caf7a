"""
Put schemas and tables to the test against each other, on copies of the migrated database.

Each experiment is made once, when first asked for, on one database; what it writes is undone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy.exc import IntegrityError

from schemaproof.alignment.attributes import table_of, what_is_missing
from schemaproof.alignment.declared import Alignment
from schemaproof.alignment.filling import ROW_WANTED, drop_timeless, fill
from schemaproof.alignment.fits import Misfit, misfits
from schemaproof.alignment.payloads import Payloads
from schemaproof.alignment.polymorphic import take_identity
from schemaproof.alignment.reading import Reading, read_all
from schemaproof.alignment.round_trips import Writing, round_trips
from schemaproof.alignment.schema import Schema
from schemaproof.alignment.stage import Stage
from schemaproof.alignment.writing import Writer
from schemaproof.catalog import Catalog
from schemaproof.postgres import Connection, Database, Databases, driver_of
from schemaproof.rows import RowMaker, Shapes

Made = TypeVar("Made")
Sender = Callable[[Payloads, Writer], Writing]


class Exchange:
    """
    What the declared schemas and the migrated tables make of each other.

    Args:
        alignments: The declared pairs.
        databases: Where copies come from.
        migrated: What they are copies of.
        catalog: What that contains.
        shapes: What is known of the tables' rows; not added to.
    """

    def __init__(
        self,
        alignments: Sequence[Alignment],
        databases: Databases,
        migrated: Database,
        catalog: Catalog,
        shapes: Shapes,
    ) -> None:
        self._databases, self._migrated, self._catalog = databases, migrated, catalog
        self._shapes = shapes
        self._schemas = {str(alignment): Schema(alignment) for alignment in alignments}
        experiments = ("misfits", "writings", "readings", "generated")
        self._locks = {name: threading.Lock() for name in experiments}
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
        return self._writings()[str(alignment)]

    def generated(self, alignment: Alignment) -> Writing:
        """
        Return the same of payloads that were generated; failures that `writing` has are left out.
        """
        return self._once("generated", self._generate)[str(alignment)]

    def reading(self, alignment: Alignment) -> Reading:
        """
        Return what a Response made of the rows of its table.
        """
        return self._once("readings", self._read)[str(alignment)]

    def _writings(self) -> dict[str, Writing]:
        return self._once("writings", self._write)

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
            refused = fill(self._catalog, raw, wanted, self._shapes.copy())
            dropped = drop_timeless(self._catalog, raw, wanted)
            readings = {}
            for name, schema in responses.items():
                table = tables[name]
                missing = what_is_missing(schema.alignment.mapper, self._catalog)
                if table is None or missing is not None or table in refused:
                    obstacle = missing or (table and f"{refused[table]}; {ROW_WANTED}")
                    readings[name] = Reading(obstacle=obstacle)
                    continue
                readings[name] = _read_as(schema, connection)
                readings[name].unloadable += dropped[table]
            return readings

    def _write(self) -> dict[str, Writing]:
        return self._sent(lambda _: round_trips)

    def _generate(self) -> dict[str, Writing]:
        # It imports Hypothesis, which takes as long as all other payloads.
        from schemaproof.alignment.generated import generated  # noqa: PLC0415

        known = {
            name: [one.failure.kind for one in writing.unkept]
            for name, writing in self._writings().items()
        }
        return self._sent(lambda name: partial(generated, known=known[name]))

    def _sent(self, how: Callable[[str], Sender]) -> dict[str, Writing]:
        with self._clone() as (connection, raw):
            maker = RowMaker(
                catalog=self._catalog,
                connection=raw,
                # Without states they cost less, and nobody else would want them so.
                shapes=self._shapes.copy(),
                with_states=False,
            )
            sent = {}
            for name, schema in self._schemas.items():
                if schema.alignment.role != "response":
                    stage = Stage(schema, self._reader(schema), self._catalog, connection)
                    with connection.begin_nested() as savepoint:
                        sent[name] = stage.send(maker, how(name))
                        savepoint.rollback()
            return sent

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
        with self._databases.undone(self._migrated) as connection:
            yield connection, driver_of(connection)

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._locks[name]:
            if name not in self._made:
                self._made[name] = make()
            made: Made = self._made[name]
            return made


def _read_as(schema: Schema, connection: SqlalchemyConnection) -> Reading:
    savepoint = connection.begin_nested()
    try:
        take_identity(schema.alignment.mapper, connection)
        return read_all(connection, schema)
    except IntegrityError as error:
        return Reading(obstacle=" ".join(str(error.orig).split()))
    finally:
        savepoint.rollback()
