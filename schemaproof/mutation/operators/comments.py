"""
Lose comments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemaproof.catalog import Catalog, Column, Extension
from schemaproof.checks.drift._mending.references import reference
from schemaproof.checks.drift._mending.statements import parts
from schemaproof.mutation.mutant import Mutant, broken, operator


@operator("comment/drop")
def drop(catalog: Catalog) -> Iterator[Mutant]:
    """Say nothing about the object."""
    for it in catalog:
        if getattr(it, "comment", None) is None or isinstance(it, Extension):
            continue
        name = f"COLUMN {it.identity}" if isinstance(it, Column) else reference(it)
        mutant = broken(it, "has no comment", f"COMMENT ON {name} IS NULL")
        yield replace(mutant, shows_in="nothing")


@operator("comment/drop-of-part")
def drop_of_part(catalog: Catalog) -> Iterator[Mutant]:
    """Say nothing about a view's column, a composite type's attribute, a domain's check."""
    owners = [
        *((it, it.column_comments, f"COLUMN {it.identity}.{{}}") for it in catalog.views),
        *((it, it.attribute_comments, f"COLUMN {it.identity}.{{}}")
          for it in catalog.composite_types),
        *((it, it.check_comments, f"CONSTRAINT {{}} ON DOMAIN {it.identity}")
          for it in catalog.domains),
    ]  # fmt: skip
    for it, comments, place in owners:
        for name, _ in map(parts, comments):
            mutant = broken(
                it, f"{name} has no comment", f"COMMENT ON {place.format(name)} IS NULL"
            )
            yield replace(mutant, shows_in="nothing")
