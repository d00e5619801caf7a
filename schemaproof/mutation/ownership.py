"""
Leave out what no mutant is made of: Alembic's own table, and what ``env.py`` leaves to others.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from schemaproof.catalog import Catalog, CatalogObject
from schemaproof.history import version_tables
from schemaproof.subject import Subject


def own(subject: Subject) -> Catalog:
    """
    Return of what the migrations make that which is the project's.
    """
    catalog, declared = subject.catalog, {each.key: each for each in subject.declared}
    pairs = [(declared.get(each.key), each) for each in catalog]
    others = {
        each.key
        for (_, each), is_others in zip(
            pairs, subject.scope.leaves_out(pairs, catalog), strict=True
        )
        if is_others
    }
    bookkeeping = version_tables(catalog)

    def is_own(each: CatalogObject) -> bool:
        places = {each.home, getattr(each, "qualified_name", None)}
        return each.key not in others and bookkeeping.isdisjoint(places)

    kept: dict[str, Any] = {
        each.name: tuple(filter(is_own, getattr(catalog, each.name)))
        for each in fields(Catalog)[1:]
    }
    return replace(catalog, **kept)
