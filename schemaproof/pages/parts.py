"""
Name each part of a page that is generated, those of the project's own included.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemaproof.configuration import BadConfiguration
from schemaproof.pages import catalogue, diagram, keys, overview, promises, tables
from schemaproof.pages.facts import Part
from schemaproof.project import Project

PARTS: dict[str, Part] = {
    "catalog": catalogue.catalog,
    "checks": catalogue.checks,
    "enumerations": tables.enumerations,
    "er-diagram": diagram.entity_relationship_diagram,
    "foreign-keys": keys.foreign_keys,
    "indexes": keys.indexes,
    "overview": overview.overview,
    "promises": promises.promises,
    "relationships": overview.relationships,
    "revisions": overview.revisions,
    "tables": tables.tables,
    "tables-at-a-glance": tables.tables_at_a_glance,
}


def parts_of(project: Project) -> dict[str, Part]:
    """
    Return every part by the name that its mark has; a project may have its own of the same name.

    Raises:
        BadConfiguration: ``docs_parts`` names something else than such functions by name.
    """
    own = project.docs_parts
    if not isinstance(own, Mapping) or not all(
        isinstance(name, str) and callable(part) for name, part in own.items()
    ):
        raise BadConfiguration(
            f"docs_parts = {project.docs_parts_name!r} must name a dict of functions by the names "
            f"of their marks; found {type(own).__name__}"
        )
    return PARTS | dict(own)
