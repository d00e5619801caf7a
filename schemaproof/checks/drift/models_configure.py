"""
Import the models, configure their mappers and create all their tables.

A mapper that names a class which is not there, or a column the server refuses, shows only when
somebody uses the models; here all of them show before anything else is judged by the models.

Source: https://docs.sqlalchemy.org/en/20/orm/mapping_api.html#sqlalchemy.orm.configure_mappers
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from schemaproof.catalog import QualifiedName
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Location, Violation, Yielded, check
from schemaproof.checks.drift._claimed_names import ClaimedTwice, claimed_twice
from schemaproof.loading import ModelsBroken
from schemaproof.project import Project


@check("drift/models-configure")
def models_configure(faults: tuple[ModelsBroken, ...], project: Project) -> Iterator[Yielded]:
    if not faults:
        yield Evidence(
            seen=f"{len(project.mappers)} classes configured, "
            f"{len(project.metadata.tables)} tables created from them"
        )
    for fault in faults:
        # Which of two claimants comes second is chance, and the server names neither.
        twice = [*claimed_twice(project.metadata)] if fault.stage == "create" else []
        yield from (_claimed(one, project) for one in twice)
        if not twice:
            yield _broken(fault, project)


def _broken(fault: ModelsBroken, project: Project) -> Violation:
    if fault.path is not None:
        location: Location | None = Location(file=fault.path, line=fault.line)
    elif fault.stage == "configure":
        location = class_location(_mapper_named(fault.where, project))
    else:
        location = None
    return Violation(
        where=fault.where,
        found=fault.told,
        because="nothing that uses the models can start, and nothing can be proved about them",
        fix="Mend the class or statement that is named, then import the models in a fresh process.",
        location=location,
    )


def _mapper_named(name: str, project: Project) -> Mapper[Any] | None:
    return next((one for one in project.declared_mappers if one.class_.__name__ == name), None)


def _claimed(one: ClaimedTwice, project: Project) -> Violation:
    table = one.tables[-1]
    mapper = mapper_of(
        QualifiedName(table.schema or "public", table.name), project.declared_mappers
    )
    return Violation(
        where=one.name,
        found=f"{len(one.claimants)} objects claim the name {one.name}: {', '.join(one.claimants)}",
        because="PostgreSQL gives it to the first and refuses the other, and all that follows",
        fix="Name them apart, or let a naming convention do so.",
        location=class_location(mapper, mentioning=one.name),
    )
