"""
Offer the parts of a subject that checks ask for, each made once and when first asked for.

``catalog`` is what the migrations make, ``declared`` what the models make. Several threads may
ask; a part that could not be made raises the same error for everybody who asks for it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.orm import Mapper

from schemaproof.alignment import Alignment
from schemaproof.catalog import Catalog, Extension, snapshot
from schemaproof.creation import create_all
from schemaproof.errors import SchemaproofError
from schemaproof.history import History, Lock, MigrationFailed, Revision, RoundTrips, ground
from schemaproof.linting import Lint
from schemaproof.loading import ModelsBroken
from schemaproof.postgres import Database, Databases
from schemaproof.project import Project
from schemaproof.rows import Shapes
from schemaproof.scope import Scope
from schemaproof.trials.crashes import Crashes
from schemaproof.trials.offers import Offers, known_breaks, known_rows
from schemaproof.trials.release import Ran, run_previous
from schemaproof.trials.seeding import Seeding
from schemaproof.trials.traffic import LockWaits, Stalls

if TYPE_CHECKING:
    from schemaproof.alignment.exchange import Exchange

Made = TypeVar("Made")

Locks = Callable[[Revision], tuple[Lock, ...] | None]


class Subject:
    """
    One project on the databases of one run.

    Args:
        makers: How parts are made that are not made as ever, by the names they are asked for.

    Attributes:
        project: Its configuration and what that names.
        databases: Where throwaway databases come from.
        today: The date by which waivers are judged.
        base: The commit of the release before, if one was named.
        mutant: The statements that break its schema on purpose, in both templates; None as a rule.
        has_rows: Whether its round trips meet rows; what reads `seeding` needs them.
        watches_locks: Whether somebody watches the locks of its round trips; what reads `locks`
            needs it.
        shapes: What has been learnt of the tables' rows so far.
    """

    def __init__(
        self,
        project: Project,
        databases: Databases,
        *,
        today: dt.date,
        base: str | None = None,
        makers: Mapping[str, Callable[[], Any]] = MappingProxyType({}),
    ) -> None:
        self._makers = makers
        self.project = project
        self.base = base
        self.databases = databases
        self.today = today
        self.mutant: str | None = None
        self.has_rows = True
        self.watches_locks = True
        self.shapes = Shapes(known_rows(project.hints))
        self._made: dict[str, Any] = {}
        self._catalogs: dict[Database, Catalog] = {}
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
    def known_mappers(self) -> tuple[Mapper[Any], ...]:
        """
        The same, configured or not, or none at all: to point at a line, not to judge by.
        """
        with contextlib.suppress(ModelsBroken):
            return self.project.declared_mappers
        return ()

    @property
    def alignments(self) -> dict[str, Alignment]:
        """
        Which schema reads or writes which table, by name.

        Raises:
            ModelsBroken: As `mappers`.
        """
        if self.project.schemas_name is None:
            return {}
        self.mappers  # noqa: B018 - models that are broken say so first
        return self._once("alignments", lambda: {str(one): one for one in self.project.alignments})

    @property
    def exchange(self) -> Exchange:
        """
        What those schemas and the migrated tables make of each other.

        Raises:
            MigrationFailed: A revision raised.
        """
        return self._once("exchange", self._exchange)

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
        self._import_models()
        return self._once("migrated", self._migrate)

    @property
    def created(self) -> Database:
        """
        The template that the models made.

        Raises:
            ModelsBroken: The models raised, or the server refused what they declare.
            MigrationFailed: They may need an extension, and the migrations that would make it
                cannot be run here.
        """
        return self._once("created", lambda: self._template("created", self._create_all))

    @property
    def round_trips(self) -> RoundTrips:
        """
        Every revision up, down and up again.

        Raises:
            NoSuchHistory: There is no history.
        """
        if self._import_models() is not None:
            # An env.py that needs them does not start the second time either.
            self.migrated  # noqa: B018 - asked for its error
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
    def locks(self) -> Locks:
        """
        What each revision's upgrade locked in those round trips; None where nobody could watch.

        Raises:
            NoSuchHistory: There is no history.
        """
        round_trips = self.round_trips
        return lambda revision: round_trips.of(revision).up.locks

    @property
    def lint(self) -> Lint:
        """
        What a linter says of the statements that the upgrades sent.

        Raises:
            SquawkFailed: The linter gave up.
        """
        round_trips = self.round_trips
        return self._once("lint", lambda: self._linted(round_trips))

    @property
    def previous(self) -> dict[str, Ran]:
        """
        What became of each class of the release before; empty if none was named.

        Raises:
            BadBase: There is no such release.
            MigrationFailed: A revision raised.
        """
        base = self.base
        if base is None:
            return {}
        migrated = self.migrated
        return self._once(
            "previous", lambda: run_previous(base, self.project, self.databases, migrated)
        )

    @property
    def crashes(self) -> Crashes:
        """
        What becomes of every revision when the server is killed while it runs.
        """
        self._import_models()
        return self._once("crashes", lambda: Crashes(self.history, self.databases))

    @property
    def offers(self) -> Offers:
        """
        Where rows are offered to what the migrations made.

        Raises:
            MigrationFailed: A revision raised.
            BadHint: A hint speaks of what is not there.
        """
        migrated, catalog = self.migrated, self.catalog
        return self._once("offers", lambda: self._make_offers(migrated, catalog))

    @property
    def stalls(self) -> Stalls:
        """
        How long requests wait while each revision runs on full tables.

        Raises:
            MigrationFailed: A revision raised.
        """
        return self._once("stalls", self._measure_stalls)

    @property
    def lock_waits(self) -> LockWaits:
        """
        What each revision does while a long transaction is in its way.

        Raises:
            MigrationFailed: A revision raised.
        """
        return self._once("lock_waits", self._observe_lock_waits)

    @property
    def catalog(self) -> Catalog:
        """
        What the migrations made.

        Raises:
            MigrationFailed: A revision raised.
        """
        return self._once("catalog", lambda: self._catalog_of(self.migrated))

    @property
    def declared(self) -> Catalog:
        """
        What the models made.

        Raises:
            ModelsBroken: The models raised, or the server refused what they declare.
        """
        return self._once("declared", lambda: self._catalog_of(self.created))

    @property
    def scope(self) -> Scope:
        """
        What ``env.py`` does not leave to others.
        """
        return self._once(
            "scope", lambda: Scope(self.project, self.databases, lambda: self.migrated)
        )

    def _faults(self) -> Iterator[ModelsBroken]:
        try:
            yield from self.project.mapper_faults
            self.created  # noqa: B018 - asked for its error
        except ModelsBroken as error:
            yield error

    def _import_models(self) -> ModelsBroken | None:
        # env.py imports the models too, and what they raise first is what they are judged by.
        try:
            self.mappers  # noqa: B018 - asked for its error
        except ModelsBroken as error:
            return error if error.stage == "import" else None
        except SchemaproofError:
            pass  # whoever needs the models will say so
        return None

    def _make_offers(self, migrated: Database, catalog: Catalog) -> Offers:
        breaking = known_breaks(self.project.hints, catalog)
        return Offers(self.databases, migrated, catalog, self.shapes, breaking)

    def _exchange(self) -> Exchange:
        # It imports Pydantic, which a project without schemas need not have.
        from schemaproof.alignment.exchange import Exchange  # noqa: PLC0415

        alignments = [*self.alignments.values()]
        return Exchange(alignments, self.databases, self.migrated, self.catalog)

    def _run_round_trips(self) -> tuple[RoundTrips, Seeding]:
        seeding = Seeding(self.history, self.databases)
        round_trips = RoundTrips(
            self.history,
            seeding if self.has_rows else None,
            watches_locks=self.watches_locks,
        )
        round_trips.run(self.databases)
        return round_trips, seeding

    def _linted(self, round_trips: RoundTrips) -> Lint:
        lint = Lint(self.project.root, self.databases.server.version)
        lint.run(self.history, round_trips)
        return lint

    def _migrate(self) -> Database:
        source = ground(self.history, self.databases)
        return self._template("migrated", self.history.upgrade, source)

    def _template(
        self, label: str, build: Callable[[Database], None], source: Database | None = None
    ) -> Database:
        def build_mutant(database: Database) -> None:
            build(database)
            with database.connect(autocommit=True) as connection:
                connection.execute((self.mutant or "").encode())

        made = build_mutant if self.mutant else build
        return self.databases.template(label, made, source=source, look=self._look)

    def _catalog_of(self, template: Database) -> Catalog:
        if template not in self._catalogs:
            # Another process has built it.
            with self.databases.clone(template) as clone:
                self._catalogs[template] = _snapshot(clone)
        return self._catalogs[template]

    def _look(self, template: Database) -> None:
        self._catalogs[template] = _snapshot(template)

    def _measure_stalls(self) -> Stalls:
        project = self.project
        stalls = Stalls(rows=project.traffic_rows, budget_ms=project.stall_budget_ms)
        stalls.measure(self.history, self.databases, foreseen=self._furthest())
        return stalls

    def _observe_lock_waits(self) -> LockWaits:
        waits = LockWaits(longest_s=self.project.lock_wait_ms / 1000)
        waits.observe(self.history, self.databases, foreseen=self._furthest())
        return waits

    def _create_all(self, database: Database) -> None:
        create_all(self.project, database, self._extensions)

    def _extensions(self) -> tuple[Extension, ...]:
        try:
            return self.catalog.extensions
        except MigrationFailed as error:
            if error.obstacle:
                raise
            reached = self.round_trips.furthest
            return reached.extensions if reached else ()

    def _furthest(self) -> Catalog:
        try:
            return self.catalog
        except MigrationFailed:
            reached = self.round_trips.furthest
            if reached is None:
                raise
            return reached

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._lock:
            if name not in self._made:
                try:
                    self._made[name] = self._makers.get(name, make)()
                except Exception as error:
                    self._made[name] = error
            made: Made | Exception = self._made[name]
            if isinstance(made, Exception):
                raise made
            return made


def _snapshot(database: Database) -> Catalog:
    with database.connect() as connection:
        return snapshot(connection)
