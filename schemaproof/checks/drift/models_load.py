"""
Import the models, configure their mappers and create all their tables.

A mapper that names a class which is not there, or a column the server refuses, shows only when
somebody uses the models; here it shows before anything else is judged by them.

Source: https://docs.sqlalchemy.org/en/20/orm/mapping_api.html#sqlalchemy.orm.configure_mappers
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog
from schemaproof.checks.check import Evidence, Location, Violation, Yielded, check
from schemaproof.loading import ModelsBroken


@check("drift/models-load")
def models_load(declared: Catalog, mappers: tuple[Mapper[Any], ...]) -> Iterator[Yielded]:
    yield Evidence(
        seen=f"{len(mappers)} classes configured, {len(declared.tables)} tables created from them"
    )


def models_broken(error: ModelsBroken) -> Violation:
    """
    Turn what the models raised into the violation that it is.
    """
    return Violation(
        where=error.where,
        found=error.told,
        because="nothing that uses the models can start, and nothing can be proved about them",
        fix="Mend the class or statement that is named, then import the models in a fresh process.",
        location=Location(file=error.path, line=error.line) if error.path else None,
    )
