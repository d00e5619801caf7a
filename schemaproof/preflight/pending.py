"""
Run the pending revisions on a throwaway database, and say what each asks of the one that is there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from schemaproof.catalog import QualifiedName
from schemaproof.history import History, Leg, MigrationFailed, Revision, ground
from schemaproof.history.ascent import Ascent
from schemaproof.history.history import lineage
from schemaproof.postgres import Databases
from schemaproof.preflight.demand import Demand
from schemaproof.preflight.watching import Watching
from schemaproof.preflight.work import Held, Work


@dataclass(frozen=True, kw_only=True)
class PendingRevision:
    """
    A revision that the next deploy runs.

    Attributes:
        revision: The revision.
        place: Which it is, from 1.
        among: How many there are.
        demands: What it demands of rows that are there, in the order in which it does.
        held: Its locks on tables that are there; None if nobody could watch.
        has_own_transaction: Whether it is none in which the next revisions run too.
        builds: The indexes that it builds on tables that are there.
        filled: Tables that it makes and fills: what they will hold cannot be told.
        failure: What it raised on a database without rows, or what an earlier one did.
    """

    revision: Revision
    place: int
    among: int
    demands: tuple[Demand, ...] = ()
    held: tuple[Held, ...] | None = ()
    has_own_transaction: bool = True
    builds: tuple[Work, ...] = ()
    filled: tuple[QualifiedName, ...] = ()
    failure: MigrationFailed | None = None


def pending_after(stamp: Collection[str], history: History) -> tuple[Revision, ...]:
    """
    Return the revisions that a database at this stamp has not run, in the order of a deploy.

    There are none if the stamp names one that the history does not know: no deploy gets by that.
    """
    if not {one.id for one in history.revisions}.issuperset(stamp):
        return ()
    applied = lineage(stamp, history.revisions)
    return tuple(one for one in history.revisions if one.id not in applied)


def run_pending(
    stamp: Collection[str], history: History, databases: Databases, *, version: int
) -> tuple[PendingRevision, ...]:
    """
    Run what a database at this stamp has not run, on another one without rows.

    Args:
        stamp: The revisions that its ``alembic_version`` names; none for an empty database.
        history: The history that is to be deployed.
        databases: Where throwaway databases come from.
        version: Of the server on which the rows are, as PostgreSQL numbers it.

    Raises:
        MigrationFailed: One that it has run raised, or ``env.py`` did.
    """
    pending = pending_after(stamp, history)
    if not pending:
        return ()
    chosen = {one.id for one in pending}
    applied = [one for one in history.revisions if one.id not in chosen]
    watching = Watching(version=version)
    with databases.clone(ground(history, databases)) as database:
        ascent = Ascent(history, database)
        ascent.go(applied, pending, watching.begin, watching.note)
    return _locked_to_the_end(_seen(pending, ascent, watching))


def _seen(
    pending: tuple[Revision, ...], ascent: Ascent, watching: Watching
) -> list[PendingRevision]:
    found: list[PendingRevision] = []
    failure: MigrationFailed | None = None
    for place, revision in enumerate(pending, 1):
        leg = ascent.legs.get(revision.id)
        if leg is not None and isinstance(leg.outcome, MigrationFailed):
            failure = leg.outcome
        locks = leg.locks if leg is not None else None
        found.append(
            PendingRevision(
                revision=revision,
                place=place,
                among=len(pending),
                demands=tuple(watching.demands.get(revision.id, ())),
                held=None if locks is None else watching.held(revision, locks),
                builds=watching.builds(leg.statements) if leg is not None else (),
                has_own_transaction=not ascent.is_one_transaction or _commits(leg),
                filled=tuple(sorted(watching.new.get(revision.id, ()))),
                failure=failure,
            )
        )
    return found


def _commits(leg: Leg | None) -> bool:
    # What is a transaction of its own ends the one before it.
    return leg is not None and any(one.is_autocommit for one in leg.statements)


def _locked_to_the_end(found: list[PendingRevision]) -> tuple[PendingRevision, ...]:
    # Where all run in one transaction, what comes later is done under the earlier ones' locks.
    seen: list[PendingRevision] = []
    later: tuple[Work, ...] = ()
    for one in reversed(found):
        if one.has_own_transaction:
            seen.append(one)
            later = ()
            continue
        held = one.held and tuple(replace(lock, works=lock.works + later) for lock in one.held)
        seen.append(replace(one, held=held))
        own = dict.fromkeys(work for lock in one.held or () for work in lock.works)
        later = (*(replace(work, revision=one.revision.id) for work in own), *later)
    return tuple(reversed(seen))
