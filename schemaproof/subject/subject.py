"""
Offer what checks ask for, each part made once and when first asked for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from schemaproof.alignment import Alignment
from schemaproof.catalog import Catalog
from schemaproof.postgres import Database, Databases
from schemaproof.project import Project
from schemaproof.rows import Shapes
from schemaproof.scaling import Loaded, Planning
from schemaproof.subject.deploys import Deploys
from schemaproof.subject.parts import AS_EVER, Makers
from schemaproof.trials.offers import Offers, known_breaks, known_rows
from schemaproof.workload import Workload

if TYPE_CHECKING:
    from schemaproof.alignment.exchange import Exchange


class Subject(Deploys):
    """
    One project on the databases of one run.

    Args:
        makers: As for `Parts`.

    Attributes:
        today: The date by which waivers are judged.
        shapes: What has been learnt of the tables' rows so far.
        is_live: Whether its catalogue is that of a database which others use.
    """

    is_live = False

    def __init__(
        self,
        project: Project,
        databases: Databases,
        *,
        today: dt.date,
        base: str | None = None,
        makers: Makers = AS_EVER,
    ) -> None:
        super().__init__(project, databases, base=base, makers=makers)
        self.today = today
        self.shapes = Shapes(known_rows(project.hints))

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
    def workload(self) -> Workload:
        """
        What the project asks of its tables; nothing if it registers no queries.

        Raises:
            ModelsBroken: As `mappers`.
        """
        return self.project.workload

    @property
    def planning(self) -> Planning:
        """
        Where statements are planned on what the migrations made, at any size.

        Raises:
            MigrationFailed: A revision raised.
        """
        migrated, catalog, workload = self.migrated, self.catalog, self.workload
        return self._once(
            "planning",
            lambda: Planning(migrated, self.databases, catalog, self.shapes, workload),
        )

    @property
    def loaded(self) -> Loaded:
        """
        Where registered queries are run on rows that are there.

        Raises:
            MigrationFailed: A revision raised.
        """
        migrated, catalog, planning = self.migrated, self.catalog, self.planning
        return self._once(
            "loaded", lambda: Loaded(planning, migrated, self.databases, catalog, self.shapes)
        )

    def _make_offers(self, migrated: Database, catalog: Catalog) -> Offers:
        breaking = known_breaks(self.project.hints, catalog)
        return Offers(self.databases, migrated, catalog, self.shapes, breaking)

    def _exchange(self) -> Exchange:
        # It imports Pydantic, which a project without schemas need not have.
        from schemaproof.alignment.exchange import Exchange  # noqa: PLC0415

        return Exchange(
            [*self.alignments.values()],
            self.databases,
            self.migrated,
            self.catalog,
            shapes=self.shapes,
        )
