"""
Make the two databases that are compared: by the migrations, and by the models.

``catalog`` is what the migrations make, ``declared`` what the models make.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, Extension, snapshot
from schemaproof.creation import create_all
from schemaproof.errors import SchemaproofError
from schemaproof.history import History, ground
from schemaproof.loading import ModelsBroken
from schemaproof.postgres import Database, Databases
from schemaproof.project import Project
from schemaproof.scope import Scope
from schemaproof.subject.parts import AS_EVER, Makers, Parts


class Templates(Parts):
    """
    What the models and the migrations of a project make.

    Args:
        makers: As for `Parts`.

    Attributes:
        project: Its configuration and what that names.
        databases: Where throwaway databases come from.
        mutant: The statements that break its schema on purpose, in both templates; None as a rule.
    """

    def __init__(self, project: Project, databases: Databases, makers: Makers = AS_EVER) -> None:
        super().__init__(makers)
        self.project = project
        self.databases = databases
        self.mutant: str | None = None
        self._catalogs: dict[Database, Catalog] = {}

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

    def _create_all(self, database: Database) -> None:
        create_all(self.project, database, self._extensions)

    def _extensions(self) -> tuple[Extension, ...]:
        return self.catalog.extensions


def _snapshot(database: Database) -> Catalog:
    with database.connect() as connection:
        return snapshot(connection)
