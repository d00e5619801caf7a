"""
Offer the parts of a subject that checks ask for, each made once and when first asked for.

``catalog`` is what the migrations make, ``declared`` what the models make. Several threads may
ask; a part that could not be made raises the same error for everybody who asks for it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.orm import Mapper, RelationshipProperty
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema

from schemaproof.catalog import Catalog, ForeignKey, Index, QualifiedName, snapshot
from schemaproof.configuration import Waiver
from schemaproof.crashes import Crashes
from schemaproof.errors import SchemaproofError
from schemaproof.history import History, Revision, RoundTrips, version_tables
from schemaproof.loading import ModelsBroken
from schemaproof.postgres import Database, Databases
from schemaproof.project import Project
from schemaproof.rows import Shape
from schemaproof.seeding import Seeding

Made = TypeVar("Made")


class Subject:
    """
    One project on the databases of one run.

    Attributes:
        project: Its configuration and what that names.
        databases: Where throwaway databases come from.
        today: The date by which waivers are judged.
        shapes: What has been learnt of the tables' rows so far.
    """

    def __init__(self, project: Project, databases: Databases, *, today: dt.date) -> None:
        self.project = project
        self.databases = databases
        self.today = today
        self.shapes: dict[QualifiedName, Shape] = {}
        self._made: dict[str, Any] = {}
        self._lock = threading.RLock()

    @property
    def history(self) -> History:
        """
        The Alembic history.
        """
        return self.project.history

    @property
    def mappers(self) -> tuple[Mapper[Any], ...]:
        """
        The ORM's mappers.

        Raises:
            ModelsBroken: The models raised while they were imported or configured.
        """
        return self._once("mappers", lambda: self.project.mappers)

    @property
    def faults(self) -> tuple[ModelsBroken, ...]:
        """
        All that is wrong with the models as such; empty if their tables could be created.
        """
        return self._once("faults", lambda: tuple(self._faults()))

    @property
    def migrated(self) -> Database:
        """
        The template that the migrations made.

        Raises:
            MigrationFailed: A revision raised.
        """
        # env.py imports the models too, and what they raise first is what they are judged by.
        with contextlib.suppress(ModelsBroken, SchemaproofError):
            self.mappers  # noqa: B018 - asked for its error
        return self._once(
            "migrated", lambda: self.databases.template("migrated", self.history.upgrade)
        )

    @property
    def created(self) -> Database:
        """
        The template that the models made.

        Raises:
            ModelsBroken: The models raised, or the server refused what they declare.
        """
        return self._once("created", lambda: self.databases.template("created", self._create_all))

    @property
    def round_trips(self) -> RoundTrips:
        """
        Every revision up, down and up again.

        Raises:
            NoSuchHistory: There is no history.
        """
        with contextlib.suppress(ModelsBroken, SchemaproofError):
            self.mappers  # noqa: B018 - as above
        return self._once("round_trips", self._run_round_trips)[0]

    @property
    def seeding(self) -> Seeding:
        """
        What those round trips did to the rows that they met.

        Raises:
            NoSuchHistory: There is no history.
        """
        self.round_trips  # noqa: B018 - makes both
        return self._once("round_trips", self._run_round_trips)[1]

    @property
    def crashes(self) -> Crashes:
        """
        What becomes of every revision when the server is killed while it runs.
        """
        with contextlib.suppress(ModelsBroken, SchemaproofError):
            self.mappers  # noqa: B018 - as above
        return self._once("crashes", lambda: Crashes(self.history, self.databases))

    @property
    def catalog(self) -> Catalog:
        """
        What the migrations made.

        Raises:
            MigrationFailed: A revision raised.
        """
        return self._once("catalog", lambda: self._snapshot(self.migrated))

    @property
    def declared(self) -> Catalog:
        """
        What the models made.

        Raises:
            ModelsBroken: The models raised, or the server refused what they declare.
        """
        return self._once("declared", lambda: self._snapshot(self.created))

    def targets(self, kind: str) -> dict[str, Any]:
        """
        Return the objects of one kind that claims are made about, by the names they go by.
        """
        return TARGETS[kind](self)

    def _faults(self) -> Iterator[ModelsBroken]:
        try:
            yield from self.project.mapper_faults
            self.created  # noqa: B018 - asked for its error
        except ModelsBroken as error:
            yield error

    def _run_round_trips(self) -> tuple[RoundTrips, Seeding]:
        seeding = Seeding(self.history, self.databases)
        round_trips = RoundTrips(self.history, seeding)
        round_trips.run(self.databases)
        return round_trips, seeding

    def _snapshot(self, template: Database) -> Catalog:
        with self.databases.clone(template) as clone, clone.connect() as connection:
            return snapshot(connection)

    def _create_all(self, database: Database) -> None:
        metadata = self.project.metadata
        schemas = sorted({table.schema for table in metadata.tables.values() if table.schema})
        engine = create_engine(database.url, poolclass=NullPool)
        try:
            with engine.begin() as connection:
                # create_all makes tables in schemas but not the schemas; migrations must make both.
                for schema in schemas:
                    connection.execute(CreateSchema(schema, if_not_exists=True))
                metadata.create_all(connection)
        except Exception as error:  # the server's, SQLAlchemy's compiler's, or a DDL event's own
            where = self.project.metadata_name
            raise ModelsBroken(
                error, stage="create", where=where, root=self.project.root
            ) from error
        finally:
            engine.dispose()

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._lock:
            if name not in self._made:
                try:
                    self._made[name] = make()
                except Exception as error:
                    self._made[name] = error
            made: Made | Exception = self._made[name]
            if isinstance(made, Exception):
                raise made
            return made


def short_name(table: QualifiedName) -> str:
    """
    Return the name as people write it: without the schema, if that is ``public``.
    """
    return table.name if table.schema == "public" else f"{table.schema}.{table.name}"


def foreign_key_name(key: ForeignKey) -> str:
    """
    Return how people speak of a key: ``projects.user_id``, ``lines.(order_id, number)``.
    """
    columns = key.columns[0] if len(key.columns) == 1 else f"({', '.join(key.columns)})"
    return f"{short_name(key.table)}.{columns}"


def _foreign_keys(subject: Subject) -> dict[str, ForeignKey]:
    named: dict[str, ForeignKey] = {}
    for key in (*subject.catalog.foreign_keys, *_only_declared(subject)):
        name = foreign_key_name(key)
        # Two keys on one column are rare, and then only their own names tell them apart.
        named[name if name not in named else f"{name}:{key.name}"] = key
    return named


def _only_declared(subject: Subject) -> Iterator[ForeignKey]:
    # A key that the models promise and no migration makes is a promise all the same.
    with contextlib.suppress(ModelsBroken):
        yield from (
            key for key in subject.declared.foreign_keys if is_missing(key, subject.catalog)
        )


def is_missing(key: ForeignKey, catalog: Catalog) -> bool:
    """
    Tell whether the catalogue has no key on the same columns to the same table.
    """
    return all(
        (other.columns, other.target) != (key.columns, key.target)
        for other in catalog.foreign_keys_of(key.table)
    )


def _indexes(subject: Subject) -> dict[str, Index]:
    hidden = version_tables(subject.catalog)
    return {
        short_name(QualifiedName(index.schema, index.name)): index
        for index in subject.catalog.indexes
        if index.table not in hidden
    }


def _revisions(subject: Subject) -> dict[str, Revision]:
    return {revision.id: revision for revision in subject.history.revisions}


def _reversible(subject: Subject) -> dict[str, Revision]:
    irreversible = subject.history.irreversible
    return {name: one for name, one in _revisions(subject).items() if name not in irreversible}


def _relationships(subject: Subject) -> dict[str, RelationshipProperty[Any]]:
    return {
        f"{mapper.class_.__name__}.{relationship.key}": relationship
        for mapper in subject.mappers
        for relationship in sorted(mapper.relationships, key=lambda found: found.key)
        # A subclass repeats what it inherits.
        if relationship.parent is mapper
    }


def _waivers(subject: Subject) -> dict[str, Waiver]:
    return {f"{waiver.check} {waiver.where}": waiver for waiver in subject.project.waivers}


# What a check may ask for by a parameter's name: one object for each claim, or a part of the whole.
TARGETS: dict[str, Callable[[Subject], dict[str, Any]]] = {
    "foreign_key": _foreign_keys,
    "index": _indexes,
    "relationship": _relationships,
    "reversible": _reversible,
    "revision": _revisions,
    "waiver": _waivers,
}
PARTS = frozenset(
    {
        "seeding",
        "catalog",
        "crashes",
        "created",
        "databases",
        "declared",
        "faults",
        "history",
        "round_trips",
        "mappers",
        "migrated",
        "project",
        "shapes",
        "today",
        "violations_of",
    }
)
