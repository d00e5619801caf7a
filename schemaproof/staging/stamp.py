"""
Compare what ``alembic_version`` says of a database with what is there.

What each revision makes is seen on a throwaway database. A live one holds more than its history
does: other people's tables, roles and rights. Only what belongs to a table of the history, or is
named by it, is compared.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from schemaproof.catalog import Catalog, CatalogObject, Difference, QualifiedName, difference
from schemaproof.history import MigrationFailed, version_tables
from schemaproof.history.history import lineage
from schemaproof.staging.session import Session
from schemaproof.staging.states import Known, State, States

# Which of these differences are nobody's: what ``env.py`` leaves to others.
Pair = tuple[CatalogObject | None, CatalogObject | None]
LeftOut = Callable[[Sequence[Pair], Catalog], list[bool]]
# Roles, rights and upkeep are a server's own; if an index or a trigger is in order others tell.
ELSEWHERE = frozenset(
    {"clustered", "enabled", "is_ready", "is_valid", "owner", "privileges", "server version"}
)
OTHERS = frozenset({"extension", "schema", "default privileges"})


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """
    What a database says that it is, and what it is.

    Attributes:
        table: Where it says so; None if there is no such table.
        revisions: What it says; none if it says nothing.
        unknown: Those of them that the history does not know.
        differences: How the database differs from what these revisions make, which is the left.
        nearest: The revisions that it differs the least from.
        from_nearest: How it differs from what those make.
        others: How many objects there are that the history knows nothing of.
        obstacle: Why nobody can tell what is to be there; None if it was seen.
    """

    table: QualifiedName | None = None
    revisions: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    nearest: tuple[str, ...] = ()
    from_nearest: tuple[Difference, ...] = ()
    others: int = 0
    obstacle: str | None = None


def read_stamp(session: Session, live: Catalog, states: States, left_out: LeftOut) -> Stamp:
    """
    Compare a live database with every state of its history.

    Args:
        session: A session on it.
        live: What it holds.
        states: The history of the release that is to be deployed.
        left_out: As `LeftOut`.

    Raises:
        MigrationFailed: ``env.py`` raised.
    """
    known, history = states.known, states.history
    table, revisions = _said(session, live, states)
    applied = frozenset(lineage(revisions, history.revisions))
    unknown = tuple(one for one in revisions if all(one != it.id for it in history.revisions))
    own = known.at(applied)
    if own is None and revisions and not unknown:
        known = states.with_branch(applied)
        own = known.at(applied)
    if own is None and known.failure is not None:
        return Stamp(table=table, revisions=revisions, obstacle=_obstacle(known.failure))
    compared = _Comparison(known, live, left_out)
    differences = compared.to(own) if own else ()
    nearest, from_nearest = own, differences
    if differences or unknown or (own is None and compared.is_begun):
        nearest = compared.nearest(own)
        from_nearest = compared.to(nearest) if nearest else ()
    return Stamp(
        table=table,
        revisions=revisions,
        unknown=unknown,
        differences=differences,
        nearest=nearest.heads if nearest else (),
        from_nearest=from_nearest,
        others=compared.others,
    )


def _obstacle(failure: MigrationFailed) -> str:
    told = failure.obstacle or failure.told
    return f"revision {failure.revision} cannot be run on a throwaway database: {told}"


class _Comparison:
    """A live catalogue beside the states of a history, each looked at once."""

    def __init__(self, known: Known, live: Catalog, left_out: LeftOut) -> None:
        self._known, self._live, self._left_out = known, live, left_out
        self._found: dict[frozenset[str], tuple[Difference, ...]] = {}
        catalogs = [live, *(state.catalog for state in known.states)]
        self._bookkeeping = frozenset().union(*map(version_tables, catalogs))
        top = [each for each in live if each.home is None and each.kind not in OTHERS]
        self.others = sum(each.key not in known.keys for each in top)
        tables = {table.qualified_name for table in live.tables} - self._bookkeeping
        # Whether anything that the history makes is there.
        self.is_begun = not tables.isdisjoint(known.relations)

    def to(self, state: State) -> tuple[Difference, ...]:
        if state.applied not in self._found:
            self._found[state.applied] = self._differing(state.catalog)
        return self._found[state.applied]

    def nearest(self, own: State | None) -> State | None:
        # Of several that are as near, what the stamp says comes first.
        return min(
            self._known.states,
            key=lambda state: (len(self.to(state)), state is not own),
            default=None,
        )

    def _differing(self, catalog: Catalog) -> tuple[Difference, ...]:
        ours, theirs = ({each.key: each for each in side} for side in (catalog, self._live))
        found = [
            (one, ours.get(key), theirs.get(key))
            for one in difference(catalog, self._live, ignore_tables=self._bookkeeping)
            if (key := (one.kind, one.identity)) and self._is_the_historys(one, theirs.get(key))
        ]
        is_nobodys = (
            self._left_out([(left, right) for _, left, right in found], catalog) if found else []
        )
        return tuple(
            one for (one, *_), is_others in zip(found, is_nobodys, strict=True) if not is_others
        )

    def _is_the_historys(self, one: Difference, there: CatalogObject | None) -> bool:
        if one.facet in ELSEWHERE or one.kind in OTHERS:
            return False
        if one.left is not None or there is None or there.key in self._known.keys:
            return True
        return there.home in self._known.relations


def _said(
    session: Session, live: Catalog, states: States
) -> tuple[QualifiedName | None, tuple[str, ...]]:
    ours = {table for state in states.known.states for table in version_tables(state.catalog)}
    there = sorted(version_tables(live), key=str)
    table = next((one for one in there if one in ours or not ours), None)
    if table is not None:
        return table, _revisions_in(table, session)
    # Another application may keep a history of its own in the same database; ours is elsewhere
    # where a role's search_path leads there.
    known = {one.id for one in states.history.revisions}
    for elsewhere in there:
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            revisions = _revisions_in(elsewhere, session)
            if not known.isdisjoint(revisions):
                return elsewhere, revisions
    return None, ()


def _revisions_in(table: QualifiedName, session: Session) -> tuple[str, ...]:
    query = sql.SQL("SELECT version_num::text FROM {} ORDER BY 1").format(sql.Identifier(*table))
    with session.transaction():
        return tuple(one for (one,) in session.execute(query).fetchall())
