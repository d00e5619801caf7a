"""
Tell what differs between two snapshots, once each.

The comparison is generic over the records: objects are matched by kind and identity, and each
compared field that differs is one `Difference`. What follows from another difference is left out:

- what lives in a schema, table or column that is missing on one side: only the outermost is told;
- the index behind a constraint that is itself told;
- a definition, where a field that it restates is told;
- on a partition or child, what its parent is told for.

Nor is it a difference what PostgreSQL does not care about (the order of columns, or of the pairs of
a foreign key) or made up itself (the name of an identity column's sequence, of a NOT NULL
constraint, of a partition's index). The names that it made up for the constraints of one side are
`with_names_of` to replace beforehand: only who made that side knows which ones they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from schemaproof.catalog.consequences import Consequences, Difference, Found
from schemaproof.catalog.constraints import ForeignKey
from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName
from schemaproof.catalog.objects import CatalogObject, facet_of

_Objects = Mapping[tuple[str, str], CatalogObject]


def difference(
    left: Catalog, right: Catalog, *, ignore_tables: Collection[QualifiedName] = ()
) -> tuple[Difference, ...]:
    """
    Return how two catalogues differ, sorted by identity.

    Args:
        left: One catalogue.
        right: The other.
        ignore_tables: Tables to leave out with all that belongs to them, e.g. Alembic's own.
    """
    ignored = frozenset(ignore_tables)
    ours, theirs = _objects(left, right, ignored), _objects(right, left, ignored)
    found = [
        each
        for key in sorted({*ours, *theirs})
        for each in _compare(ours.get(key), theirs.get(key))
    ]
    consequences = Consequences(left=left, right=right, found=found)
    kept = [each.difference for each in found if not consequences.covers(each)]
    return tuple(sorted(kept, key=lambda each: (each.identity, each.kind, each.facet or "")))


def _objects(catalog: Catalog, other: Catalog, ignored: frozenset[QualifiedName]) -> _Objects:
    return {each.key: each for each in catalog.besides(other) if not _is_ignored(each, ignored)}


def _is_ignored(each: CatalogObject, ignored: frozenset[QualifiedName]) -> bool:
    return bool(ignored) and (
        each.home in ignored or getattr(each, "qualified_name", None) in ignored
    )


def _compare(left: CatalogObject | None, right: CatalogObject | None) -> Iterator[Found]:
    if left is right or left == right:
        return
    if left is None or right is None:
        ours, theirs = (each.summary if each else None for each in (left, right))
        yield _found(left, right, None, ours, theirs)
        return
    for facet, one, other in _facets(_in_order_of(right, left), right):
        yield _found(left, right, facet_of(facet), _text(one), _text(other))


def _in_order_of(right: CatalogObject, left: CatalogObject) -> CatalogObject:
    # A foreign key is a set of pairs: in which order it lists them says nothing.
    if not (isinstance(left, ForeignKey) and isinstance(right, ForeignKey)) or left.is_temporal:
        return left
    pairs = [{*zip(each.columns, each.target_columns, strict=True)} for each in (left, right)]
    if pairs[0] != pairs[1] or {*left.delete_columns} != {*right.delete_columns}:
        return left
    ordered = replace(
        left,
        columns=right.columns,
        target_columns=right.target_columns,
        delete_columns=right.delete_columns,
    )
    alike = replace(ordered, definition=right.definition, comment=right.comment)
    return replace(ordered, definition=right.definition) if alike == right else ordered


def _facets(left: CatalogObject, right: CatalogObject) -> Iterator[tuple[str, Any, Any]]:
    differing = {}
    for each in fields(left):
        ours, theirs = getattr(left, each.name), getattr(right, each.name)
        if ours != theirs and each.metadata.get("compared", True):
            differing[each.name] = (ours, theirs, each.metadata.get("restates", frozenset()))
    for name, (ours, theirs, restated) in differing.items():
        if restated.isdisjoint(differing):
            yield name, ours, theirs


def _found(
    left: CatalogObject | None,
    right: CatalogObject | None,
    facet: str | None,
    ours: str | None,
    theirs: str | None,
) -> Found:
    subject = left or right
    assert subject is not None  # noqa: S101 - callers hold at least one
    return Found(
        left=left,
        right=right,
        difference=Difference(
            kind=subject.kind, identity=subject.identity, facet=facet, left=ours, right=theirs
        ),
    )


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and not isinstance(value, QualifiedName):
        return ", ".join(str(each) for each in value) or "none"
    return str(value)
