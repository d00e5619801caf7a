"""
Leave out what no mutant is made of: what is PostgreSQL's, Alembic's, or left to others.

A new database has a schema ``public``, with an owner, a comment and privileges. As long as the
project changes none of that it promises nothing of it, and no suite should have to.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from schemaproof.catalog import Catalog, CatalogObject, snapshot
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
    given, bookkeeping = _given(subject), version_tables(catalog)

    def is_own(each: CatalogObject) -> bool:
        places = {each.home, getattr(each, "qualified_name", None)}
        if each in given or each.key in others:
            return False
        return bookkeeping.isdisjoint(places)

    kept: dict[str, Any] = {
        each.name: tuple(filter(is_own, getattr(catalog, each.name)))
        for each in fields(Catalog)[1:]
    }
    return replace(catalog, **kept)


def _given(subject: Subject) -> frozenset[CatalogObject]:
    with subject.databases.clone() as empty, empty.connect() as connection:
        return frozenset(snapshot(connection))
