"""
Say what one subject is: where it lies, and what its configuration names.

What it names is imported only when a check asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import Mapper

from schemaproof.configuration import BadConfiguration, Waiver, read_table
from schemaproof.history import History
from schemaproof.loading import ModelsBroken, load, mapper_faults, registries


@dataclass(frozen=True, kw_only=True)
class Project:
    """
    One subject: where it lies and what its configuration names.

    Attributes:
        root: The folder of its ``pyproject.toml``.
        metadata_name: ``module:attribute`` of the `MetaData`.
        alembic: Its ``alembic.ini``.
        schemas_name: ``module:attribute`` of the declared alignments, if any.
        queries_name: ``module:attribute`` of the registered queries, if any.
        url_env: Environment variables that its ``env.py`` reads.
        downgrade_floor: The last revision that needs no downgrade, if any.
        deployed: The last revision that has run in production, if it is declared.
        waivers: Its reviewed exceptions.
    """

    root: Path
    metadata_name: str
    alembic: Path
    schemas_name: str | None = None
    queries_name: str | None = None
    url_env: tuple[str, ...] = ()
    downgrade_floor: str | None = None
    deployed: str | None = None
    waivers: tuple[Waiver, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Project:
        """
        Read the ``pyproject.toml`` at ``path`` or in that folder.

        Raises:
            NoProject: There is none, or it has no ``[tool.schemaproof]``.
            BadConfiguration: Some of its keys are missing, unknown or of the wrong type.
        """
        file = path if path.name == "pyproject.toml" else path / "pyproject.toml"
        table = read_table(file)
        return cls(
            root=file.parent.absolute(),
            metadata_name=table["metadata"],
            alembic=(file.parent / table["alembic"]).absolute(),
            schemas_name=table.get("schemas"),
            queries_name=table.get("queries"),
            url_env=tuple(table.get("url_env", ())),
            downgrade_floor=table.get("downgrade_floor"),
            deployed=table.get("deployed"),
            waivers=tuple(Waiver(**waiver) for waiver in table.get("waivers", ())),
        )

    @cached_property
    def history(self) -> History:
        """
        Its Alembic history.
        """
        return History(
            self.alembic,
            url_env=self.url_env,
            downgrade_floor=self.downgrade_floor,
            deployed=self.deployed,
        )

    @cached_property
    def metadata(self) -> MetaData:
        """
        Its models' metadata.

        Raises:
            BadConfiguration: ``metadata`` names nothing, or no `MetaData`.
            ModelsBroken: The models raised while they were imported.
        """
        metadata = load("metadata", self.metadata_name, self.root)
        if not isinstance(metadata, MetaData):
            raise BadConfiguration(
                f"metadata = {self.metadata_name!r} must name a sqlalchemy.MetaData; "
                f"found {type(metadata).__name__}"
            )
        return metadata

    @cached_property
    def mapper_faults(self) -> tuple[ModelsBroken, ...]:
        """
        What its mappers raise when they are configured.

        Raises:
            ModelsBroken: As `metadata`.
        """
        return mapper_faults(self.metadata, self.metadata_name, self.root)

    @cached_property
    def declared_mappers(self) -> tuple[Mapper[Any], ...]:
        """
        The ORM's mappers of that metadata's tables, whether or not they can be configured.

        Raises:
            ModelsBroken: As `metadata`.
        """
        mappers = {mapper for declared in registries(self.metadata) for mapper in declared.mappers}
        return tuple(sorted(mappers, key=lambda mapper: mapper.class_.__qualname__))

    @property
    def mappers(self) -> tuple[Mapper[Any], ...]:
        """
        Those mappers, configured, in the order of their classes' names.

        Raises:
            ModelsBroken: As `metadata`, or one of them cannot be configured.
        """
        for fault in self.mapper_faults:
            raise fault
        return self.declared_mappers
