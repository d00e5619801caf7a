"""
Report rows that refer to a row which is not there.

A foreign key that is enforced and validated lets none in. One that is NOT VALID says nothing of old
rows, one whose triggers are disabled nothing of any, and one that the models declare and nobody
made says nothing at all.

Source: https://www.postgresql.org/docs/current/sql-altertable.html (ADD … NOT VALID, DISABLE
TRIGGER)
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import ForeignKeyConstraint

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.checks.check import Evidence, Yielded, check
from schemaproof.checks.data._telling import asked, standing
from schemaproof.loading import ModelsBroken
from schemaproof.preflight import Data, Demand, Reference, missing_keys
from schemaproof.project import Project

BECAUSE = (
    "joins lose these rows, code that follows the reference fails, and the key cannot be validated"
)
FIX = "Give these rows of {table} a parent or delete them, then make or validate the key."


@check("data/orphans")
def orphans(data: Data, project: Project, catalog: Catalog) -> Iterator[Yielded]:
    loose = [one for one in standing(data, catalog) if one.kind == "FOREIGN KEY"]
    yield from asked([*loose, *_missing(data, project)], data, because=BECAUSE, fix=FIX)
    keys = [one for one in data.limits.conditions.values() if one.form == "f"]
    own = [one for one in keys if catalog.table(*data.limits.tables[one.table].name)]
    yield Evidence(
        seen=f"{len(own) - len(loose)} of {len(own)} foreign keys are enforced and validated, so "
        "that PostgreSQL lets no orphan in"
    )


def _missing(data: Data, project: Project) -> Iterator[Demand]:
    # Models that cannot be imported are told of by others.
    with contextlib.suppress(ModelsBroken):
        yield from missing_keys(data.limits, [*_declared(project)])


def _declared(project: Project) -> Iterator[Reference]:
    for table in project.metadata.sorted_tables:
        for key in sorted(table.foreign_key_constraints, key=lambda key: [*key.column_keys]):
            yield _reference(key)


def _reference(key: ForeignKeyConstraint) -> Reference:
    target = key.referred_table
    return Reference(
        table=QualifiedName(key.table.schema or "public", key.table.name),
        target=QualifiedName(target.schema or "public", target.name),
        columns=tuple((one.parent.name, one.column.name) for one in key.elements),
    )
