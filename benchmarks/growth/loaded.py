"""
Fill the migrated tables, each size once, and keep them for the run.

They are not kept from one run to the next. A dump is read back faster than the rows are made, but
its indexes are built anew, and packed: half as large, and another thing to measure.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from functools import cached_property

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.postgres import Database
from schemaproof.rows import Multiplied, Population, RowMaker, load
from schemaproof.subject import Subject


class Loaded:
    """
    One schema with as many rows as asked for.

    Args:
        subject: Whose migrations make the tables.
        population: What fills them; a table that the migrations do not make is left out.

    Attributes:
        took_s: How long filling took, by size.
        made: What has become of each table, by size; with it more rows of the kind are inserted.
    """

    def __init__(self, subject: Subject, population: Population) -> None:
        self.subject, self._population = subject, population
        self.took_s: dict[float, float] = {}
        self.made: dict[float, dict[QualifiedName, Multiplied]] = {}
        self._databases: dict[float, Database] = {}

    @cached_property
    def catalog(self) -> Catalog:
        """
        What the migrations make.
        """
        return self.subject.catalog

    def at(self, images: float) -> Database:
        """
        Return the database of a size, for whoever leaves its rows as they are.
        """
        if images not in self._databases:
            database = self.subject.databases.copy(self.subject.migrated)
            started = time.perf_counter()
            self.made[images] = self._fill(database, images)
            self.took_s[images] = time.perf_counter() - started
            self._databases[images] = database
        return self._databases[images]

    @contextlib.contextmanager
    def copied(self, images: float) -> Iterator[Database]:
        """
        Lend a copy that may be changed. Nobody else may be connected to what it is copied from.
        """
        with self.subject.databases.copied(self.at(images)) as database:
            yield database

    def _fill(self, database: Database, images: float) -> dict[QualifiedName, Multiplied]:
        with database.connect(autocommit=True) as connection:
            maker = RowMaker(
                catalog=self.catalog, connection=connection, shapes=self.subject.shapes
            )
            tables = {QualifiedName(table.schema, table.name) for table in self.catalog.tables}
            volumes = self._population.at(images)
            made = load(maker, {each: volumes[each] for each in volumes if each in tables})
            for table, told in made.items():
                if told.obstacle is not None:
                    raise SystemExit(f"{table}: {told.obstacle}")
            # As production is: nothing dead, every page known to be visible to all.
            connection.execute("VACUUM ANALYZE")
        return made
