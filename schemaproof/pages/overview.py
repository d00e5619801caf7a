"""
Count what there is, and list what the models and the history add to the catalogue.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from schemaproof.pages import markdown
from schemaproof.pages.facts import Facts


def overview(facts: Facts) -> Iterator[str]:
    """
    Yield how many there are of each kind.
    """
    catalog = facts.catalog
    checks = sum(constraint.kind == "check constraint" for constraint in catalog.constraints)
    columns = sum(len(catalog.columns_of(table.qualified_name)) for table in facts.tables)
    relationships = sum(len(mapper.relationships) for mapper in facts.project.mappers)
    counts = {
        "tables": len(facts.tables),
        "columns": columns,
        "foreign keys": len(facts.foreign_keys),
        "check constraints": checks,
        "indexes beside those of the primary keys": len(facts.indexes),
        "triggers": len(catalog.triggers),
        "functions": len(catalog.functions),
        "ORM relationships": relationships,
        "revisions": len(facts.project.history.revisions),
    }
    head = ("what", "how many")
    yield from markdown.table(head, ((what, str(number)) for what, number in counts.items()))


def relationships(facts: Facts) -> Iterator[str]:
    """
    Yield a row for each relationship of the ORM.
    """
    rows = (
        (
            markdown.code(f"{mapper.class_.__name__}.{relationship.key}"),
            "many" if relationship.uselist else "one",
            markdown.code(f"{relationship.mapper.class_.__name__}.{relationship.back_populates}")
            if relationship.back_populates
            else "",
        )
        for mapper in facts.project.mappers
        for relationship in sorted(mapper.relationships, key=lambda found: found.key)
    )
    yield from markdown.table(("attribute", "leads to", "other half"), rows)


def revisions(facts: Facts) -> Iterator[str]:
    """
    Yield a row for each revision, oldest first.
    """
    rows = (
        (
            markdown.code(revision.id),
            markdown.prose(revision.summary).rstrip("."),
            markdown.code(_relative(revision.path, facts)),
        )
        for revision in facts.project.history.revisions
    )
    yield from markdown.table(("revision", "what it does", "file"), rows)


def _relative(file: Path, facts: Facts) -> str:
    return Path(os.path.relpath(file, facts.project.root)).as_posix()
