"""
Lose whatever else there is: types, collations, casts, operators, publications and the like.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import (
    Cast,
    Catalog,
    CatalogObject,
    Collation,
    CompositeType,
    Domain,
    EnumType,
    EventTrigger,
    Operator,
    OperatorClass,
    Publication,
    RangeType,
    SearchConfiguration,
    SearchDictionary,
)  # fmt: skip
from schemaproof.checks.drift._mending.references import reference
from schemaproof.mutation.mutant import Mutant, broken, operator

KINDS: tuple[type[CatalogObject], ...] = (
    Cast,
    Collation,
    CompositeType,
    Domain,
    EnumType,
    EventTrigger,
    Operator,
    OperatorClass,
    Publication,
    RangeType,
    SearchConfiguration,
    SearchDictionary,
)


@operator("object/drop")
def drop(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the object, and what leans on it."""
    for it in catalog:
        if isinstance(it, KINDS):
            yield broken(it, f"the {it.kind} is gone", f"DROP {reference(it)} CASCADE")
