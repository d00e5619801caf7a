"""
See on a throwaway database what a history has made by each point of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from schemaproof.catalog import Catalog, QualifiedName
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

    @cached_property
    def keys(self) -> frozenset[tuple[str, str]]:
        """
        By what all that was made at any of them is recognised.
        """
        return frozenset(each.key for state in self.states for each in state.catalog)

    @cached_property
    def relations(self) -> frozenset[QualifiedName]:
        """
        The tables and views among it.
        """
        catalogs = [state.catalog for state in self.states]
        return frozenset(
            each.qualified_name for one in catalogs for each in (*one.tables, *one.views)
        )

    def at(self, applied: frozenset[str]) -> State | None:
        """
        Return the state in which exactly these revisions have run.
        """
        return next((state for state in self.states if state.applied == applied), None)


class States:
    """
    The points of a history, seen when somebody first asks for them.

    Args:
        history: The history.
        databases: Where throwaway databases come from.
    """

    def __init__(self, history: History, databases: Databases) -> None:
        self.history, self._databases = history, databases

    @cached_property
    def known(self) -> Known:
        """
        Every point that a deploy from nothing comes by.

        Raises:
            MigrationFailed: ``env.py`` raised, or what is there before the first revision did.
        """
        return _known(self.history, self._databases, self.history.revisions)

    def with_branch(self, applied: frozenset[str]) -> Known:
        """
        Return these, and those by which a deploy of some revisions alone comes.

        Of branches that do not hang together any may have been deployed first.
        """
        climb = [one for one in self.history.revisions if one.id in applied]
        beside = _known(self.history, self._databases, climb)
        return Known(states=(*self.known.states, *beside.states), failure=beside.failure)


def _known(history: History, databases: Databases, revisions: Sequence[Revision]) -> Known:
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
