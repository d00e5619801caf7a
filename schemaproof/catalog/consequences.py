"""
Decide which differences follow from another one and need not be told.

A table that one side lacks takes its columns, keys and indexes with it; a reader wants the one line
that, once mended, mends the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from schemaproof.catalog.constraints import Constraint
from schemaproof.catalog.indexes import Index
from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName
from schemaproof.catalog.objects import CatalogObject
from schemaproof.catalog.relations import Sequence, View
from schemaproof.catalog.tables import Column, Schema, Table

# What a unique, primary key or exclusion constraint decides about its index. None is "not there".
_CONSTRAINT_DECIDES = frozenset(
    {None, "table", "method", "keys", "include", "predicate", "unique", "primary"}
    | {"nulls not distinct", "constraint", "definition"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """
    One thing that two catalogues do not agree on.

    Attributes:
        kind: What kind of object: ``table``, ``foreign key``.
        identity: Which one, as PostgreSQL would write its name.
        facet: Which property, in words; None if one side has no such object.
        left: What the left side has; None if it has nothing.
        right: What the right side has; None if it has nothing.
    """

    kind: str
    identity: str
    facet: str | None
    left: str | None
    right: str | None

    @property
    def as_change(self) -> str:
        """
        What became of the left side, if the right side is what it should have been again.
        """
        name = self.identity.removeprefix("public.")
        if self.facet is not None:
            return f"{self.facet} of {self.kind} {name} is {self.right}, was {self.left}"
        return f"{self.kind} {name} is {'gone' if self.right is None else 'left over'}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """
    A difference together with the two records that it was seen on.

    Attributes:
        left: The left side's record, if it has one.
        right: The right side's.
        difference: What is to be told of them.
    """

    left: CatalogObject | None
    right: CatalogObject | None
    difference: Difference

    @property
    def subject(self) -> CatalogObject:
        """
        The object itself: the left side's record, or the only one.
        """
        found = self.left or self.right
        assert found is not None  # noqa: S101 - a difference has at least one side
        return found


class Consequences:
    """
    What the differences between two catalogues bring with them.
    """

    def __init__(self, *, left: Catalog, right: Catalog, found: Collection[Found]) -> None:
        lone = [each.subject for each in found if each.difference.facet is None]
        self._schemas = {each.name for each in lone if isinstance(each, Schema)}
        self._relations = {each.qualified_name for each in lone if isinstance(each, Table | View)}
        self._columns = {(each.table, each.name) for each in lone if isinstance(each, Column)}
        self._constraints = {
            (each.subject.home, each.subject.name)
            for each in found
            if isinstance(each.subject, Constraint)
        }
        self._parents = {
            table.qualified_name: table.parents for table in (*right.tables, *left.tables)
        }
        self._facets = {
            (each.subject.qualified_name, each.difference.facet)
            for each in found
            if isinstance(each.subject, Table)
        }
        self._seen = {(each.subject.home, _claim(each.difference)) for each in found}

    def covers(self, found: Found) -> bool:
        """
        Whether this difference goes without saying.
        """
        subject, facet = found.subject, found.difference.facet
        if facet is None and self._goes_with_its_home(subject):
            return True
        if facet in _CONSTRAINT_DECIDES and self._stands_behind_a_told_constraint(found):
            return True
        if isinstance(subject, Sequence) and facet == "owner":
            # A sequence belongs to whoever owns the table that owns it.
            return (subject.table, facet) in self._facets
        if isinstance(subject, Index) and facet == "replica identity":
            # The table says that it goes by an index; the index only which one.
            return (subject.table, facet) in self._facets
        return getattr(subject, "is_inherited", False) and (
            # PostgreSQL makes and names what a child has from its parent, and the parent is told.
            facet in (None, "definition") or self._is_told_of_an_ancestor(found)
        )

    def _goes_with_its_home(self, subject: CatalogObject) -> bool:
        if isinstance(subject, Sequence) and (
            # The column says whether it is an identity.
            subject.is_identity or (subject.table, subject.column) in self._columns
        ):
            return True
        if subject.home in self._relations:
            return True
        return subject.namespace in self._schemas

    def _stands_behind_a_told_constraint(self, found: Found) -> bool:
        sides = (each for each in (found.left, found.right) if isinstance(each, Index))
        return any((each.table, each.constraint) in self._constraints for each in sides)

    def _is_told_of_an_ancestor(self, found: Found) -> bool:
        claim = _claim(found.difference)
        return any((each, claim) in self._seen for each in self._ancestors(found.subject.home))

    def _ancestors(self, table: QualifiedName | None) -> Iterator[QualifiedName]:
        for parent in self._parents.get(table, ()) if table else ():
            yield parent
            yield from self._ancestors(parent)


def _claim(difference: Difference) -> tuple[str, str | None, str | None, str | None]:
    return (difference.kind, difference.facet, difference.left, difference.right)
