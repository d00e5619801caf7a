"""
Report relationships that have no counterpart on the other side.

Without ``back_populates`` the two sides of one foreign key do not know of each other: an object
added to a collection keeps a stale reference until it is loaded again, and the unit of work may
write the key twice.

Source: https://docs.sqlalchemy.org/en/20/orm/basic_relationships.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import RelationshipProperty

from schemaproof.checks._locate import class_location
from schemaproof.checks.check import Evidence, Violation, Yielded, check


@check("references/unpaired-relationship", severity="warning")
def unpaired_relationship(relationship: RelationshipProperty[Any]) -> Iterator[Yielded]:
    owner, other = relationship.parent.class_.__name__, relationship.mapper.class_.__name__
    if relationship.viewonly:
        yield Evidence(seen="only reads, so it cannot disagree with anything")
        return
    half = relationship.back_populates
    # A half that names nobody is told where that half is looked at.
    if half and relationship.mapper.relationships[half].back_populates in (None, relationship.key):
        yield Evidence(seen=f"paired with {other}.{half}")
        return
    named = f"{other}.{half} names another one" if half else "no back_populates"
    there = _other_half(relationship)
    yield Violation(
        where=f"{owner}.{relationship.key}",
        found=f"{named}: {other}.{there} follows the same key the other way"
        if there
        else f"{named}: {other} has no relationship that is its other half",
        because=f"a change on the {owner} side is not seen on the {other} side before a reload",
        fix=f"Give {owner}.{relationship.key} back_populates={there!r}, and {other}.{there} "
        f"back_populates={relationship.key!r}."
        if there
        else f"Add the other half to {other} and name each in the other's back_populates.",
        location=class_location(relationship.parent, mentioning=relationship.key),
    )


def _other_half(relationship: RelationshipProperty[Any]) -> str | None:
    back = {(remote, local) for local, remote in relationship.local_remote_pairs or ()}
    return next(
        (
            other.key
            for other in relationship.mapper.relationships
            if other is not relationship and {*(other.local_remote_pairs or ())} == back
        ),
        None,
    )
