"""
See on a throwaway database what a history has made by each point of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemaproof.catalog import Catalog
from schemaproof.history import History, MigrationFailed, Revision, ground
from schemaproof.history.ascent import Ascent
from schemaproof.postgres import Databases


@dataclass(frozen=True, kw_only=True)
class State:
    """
    What a history has made by one point of it.

    Attributes:
        heads: The revisions that a database there is stamped with; none before the first.
        applied: These, and all that they build on.
        catalog: What is there.
    """

    heads: tuple[str, ...]
    applied: frozenset[str]
    catalog: Catalog


@dataclass(frozen=True, kw_only=True)
class Known:
    """
    The points of a history that were seen.

    Attributes:
        states: What was there at each.
        failure: Why none above them was seen; None if all were.
    """

    states: tuple[State, ...]
    failure: MigrationFailed | None = None

    def at(self, applied: frozenset[str]) -> State | None:
        """
        Return the state in which exactly these revisions have run.
        """
        return next((state for state in self.states if state.applied == applied), None)


def known_states(
    history: History, databases: Databases, revisions: Sequence[Revision] | None = None
) -> Known:
    """
    Return every point that a deploy from nothing comes by.

    Args:
        history: The history.
        databases: Where throwaway databases come from.
        revisions: Those to run, each after what it builds on; by default all.

    Raises:
        MigrationFailed: ``env.py`` raised, or what is there before the first revision did.
    """
    revisions = history.revisions if revisions is None else revisions
    with databases.clone(ground(history, databases)) as database:
        ascent = Ascent(history, database)
        ascent.go((), revisions, lambda *_: None, lambda *_: None)
    found: list[State] = []
    applied: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    for revision in revisions:
        applied |= {revision.id}
        # As Alembic does: what a revision depends on is implied by it, and stamped no more.
        heads = heads - {*revision.parents, *revision.dependencies} | {revision.id}
        try:
            catalog = ascent.legs[revision.id].catalog
        except MigrationFailed as failure:
            return Known(states=tuple(found), failure=failure)
        found.append(State(heads=tuple(sorted(heads)), applied=applied, catalog=catalog))
    return Known(states=tuple(found))
