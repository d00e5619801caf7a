"""
Tell what is near to a mutant: the claims about its table, and the rows that it leaves alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy

from schemaproof.catalog import (
    Catalog,
    Column,
    Domain,
    EnumType,
    Function,
    QualifiedName,
    Table,
)
from schemaproof.mutation.mutant import Mutant
from schemaproof.report import Claim
from schemaproof.rows import Shape
from schemaproof.subject import Subject
from schemaproof.targets import targets


def is_near_to(claim: Claim, mutant: Mutant, subject: Subject) -> bool:
    """
    Tell whether a claim is about an object of the broken table.
    """
    if claim.check.target is None or mutant.table is None or not claim.target:
        return False
    return mutant.table.name in tables_of(targets(subject, claim.check.target)[claim.target])


def tables_of(target: Any) -> set[str]:
    """
    Return the names of the tables that the object of a claim has to do with.
    """
    # Objects of the catalogue, alignments and relationships say it each in their way.
    found = [getattr(target, word, None) for word in ("home", "qualified_name", "table", "target")]
    for word in ("model", "parent", "mapper"):
        mapped = getattr(target, word, None)
        if mapped is not None:
            found.append(getattr(sqlalchemy.inspect(mapped), "local_table", None))
    if getattr(target, "role", None) == "response":
        # What it shows of related rows, it reads from their tables.
        related = sqlalchemy.inspect(target.model).relationships
        found += [one.mapper.local_table for one in related]
    return {str(getattr(each, "name", "")) for each in found}


def kept_shapes(
    shapes: Mapping[QualifiedName, Shape], before: Catalog, after: Catalog
) -> dict[QualifiedName, Shape]:
    """
    Return of what was learnt of rows that which a mutant cannot have changed.
    """
    moved = moved_tables(before, after)
    if moved is None:
        return {}
    return {table: shape for table, shape in shapes.items() if table not in moved}


def moved_tables(before: Catalog, after: Catalog) -> set[QualifiedName] | None:
    """
    Return the tables whose rows may look otherwise after a mutant; None if all may.
    """
    # A row's shape is a matter of the table's columns and checks, and of what these call.
    changed = {*after} ^ {*before}
    if any(isinstance(each, (Domain, EnumType, Function)) for each in changed):
        return None
    return {
        each.home
        for each in changed
        if isinstance(each, (Column, Table)) or each.kind == "check constraint"
    }
