"""
Report rows that break a constraint which PostgreSQL does not hold them to.

NOT VALID and NOT ENFORCED, disabled triggers and an invalid unique index all look like promises in
the catalogue. Only the rows tell whether they are kept.

Source: https://www.postgresql.org/docs/current/catalog-pg-constraint.html (convalidated)
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog
from schemaproof.checks.check import Evidence, Yielded, check
from schemaproof.checks.data._telling import asked, standing
from schemaproof.preflight import Data

BECAUSE = (
    "whoever reads them takes the constraint for granted; an UPDATE of such a row fails, and so "
    "does VALIDATE, and the restore of a dump"
)
FIX = "Mend these rows of {table}, then validate the constraint or build its index anew."


@check("data/constraint-broken")
def constraint_broken(data: Data, catalog: Catalog) -> Iterator[Yielded]:
    loose = [one for one in standing(data, catalog) if one.kind != "FOREIGN KEY"]
    yield from asked(loose, data, because=BECAUSE, fix=FIX)
    if not loose:
        yield Evidence(seen="PostgreSQL holds every row to every constraint but foreign keys")
