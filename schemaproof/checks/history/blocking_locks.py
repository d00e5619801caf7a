"""
Report locks that block readers or writers while a whole table is read or rewritten.

PostgreSQL gives a lock back at the end of the transaction. A lock on a table in use is harmless for
the moment that a change of the catalogue takes; held while a table is scanned or written anew, it
blocks for as long as there are rows, and nobody sees that in a development database.
Downgrades are watched as upgrades are: they are run when things are bad already.

Source: https://www.postgresql.org/docs/current/explicit-locking.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.checks.history._steps import place
from schemaproof.history import (
    Lock,
    MigrationFailed,
    Revision,
    RoundTrip,
    RoundTrips,
    Scan,
    Statement,
    Step,
    takes_down,
)
from schemaproof.history.locks import rank
from schemaproof.subject import Locks
from schemaproof.targets import short_name

CHECK = "history/blocking-locks"
SHOWN = 60  # characters of a statement

# What can be done instead, by what the statement says; the first that fits.
INSTEAD = (
    (r"\bCREATE\s+(UNIQUE\s+)?INDEX\b", "Build the index CONCURRENTLY, in an autocommit_block()."),
    (r"\bREINDEX\b", "Add CONCURRENTLY, in an autocommit_block()."),
    (r"\bREFRESH\s+MATERIALIZED\b", "Refresh it CONCURRENTLY; that takes a unique index on it."),
    (
        r"\bADD\b.*\b(UNIQUE|PRIMARY\s+KEY)\b",
        "Build a unique index CONCURRENTLY in an autocommit_block(), then add the constraint "
        "USING INDEX.",
    ),
    (
        r"\bADD\b.*\b(FOREIGN\s+KEY|REFERENCES|CHECK)\b",
        "Add the constraint NOT VALID, and VALIDATE it in the next revision.",
    ),
    (
        r"\bSET\s+NOT\s+NULL\b",
        "Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE it in the next revision, and then SET "
        "NOT NULL reads nothing.",
    ),
    (
        r"\bALTER\b.*\bTYPE\b",
        "Add a column of the new type, fill it in batches, and let the code move over.",
    ),
    (
        r"\bADD\b",
        "Add the column without what fills it, set its default, and fill the old rows in batches.",
    ),
)
UNSEEN = (
    "env.py holds a transaction of its own, so nobody else can see what is new; or the revision "
    "holds locks on a second connection; or the server has track_counts off"
)
IN_GENERAL = "Do it in batches, in transactions of their own."


@check(CHECK, column="lock")
def blocking_locks(revision: Revision, round_trips: RoundTrips, locks: Locks) -> Iterator[Yielded]:
    trip, locked = round_trips.of(revision), locks(revision)
    if isinstance(trip.up.outcome, MigrationFailed):
        yield Skip(why="the upgrade raises: other history/ checks say how")
        return
    if locked is None:
        yield Skip(why=UNSEEN)
        return
    yield from _violations(Step(revision=revision, is_upgrade=True), locked, trip.before)
    yield Evidence(seen=_listed(locked), brief=_brief(locked))
    if takes_down(trip):
        yield from _down(revision, trip)


def _down(revision: Revision, trip: RoundTrip) -> Iterator[Yielded]:
    locked = trip.down.locks
    if locked is None:
        yield Skip(why=f"its downgrade: {UNSEEN}")
        return
    yield from _violations(Step(revision=revision, is_upgrade=False), locked, trip.up.catalog)
    yield Evidence(seen=f"its downgrade: {_listed(locked)}")


def _violations(step: Step, locked: tuple[Lock, ...], before: Catalog) -> Iterator[Violation]:
    told = _worst(locked)
    parts = _parents_of_parts(before)
    for table, lock in told.items():
        # What is done to a partitioned table is done to each of its parts.
        if told.keys().isdisjoint(parts.get(table, ())):
            yield _violation(step, lock)


def _listed(locks: tuple[Lock, ...]) -> str:
    return "; ".join(map(lock_line, locks)) or "no lock on a table that was there"


def lock_line(lock: Lock) -> str:
    """
    Return one lock as one clause: what it is, what it blocks, for how long.
    """
    # What is done meanwhile matters to those who are blocked.
    scans = [one for one in lock.scans if lock.blocks or one.statement is lock.statement]
    done = sorted({_done(scan) for scan in scans})
    if lock.is_file_replaced and not any(scan.is_rewrite for scan in scans):
        done.append("its file replaced")
    blocked = f"blocks its {lock.blocks}" if lock.blocks else "blocks neither reads nor writes"
    held = f" for {_counted(len(lock.later), 'later statement')}" if lock.later else ""
    return (
        f"{lock.mode} on {short_name(lock.table)} {blocked}{held}, "
        f"{' and '.join(done) or 'nothing scanned or rewritten'}"
    )


def _brief(locks: tuple[Lock, ...]) -> str:
    if not locks:
        return "none"
    strongest = max(locks, key=lambda lock: rank(lock.mode))
    tables = {lock.table for lock in locks if lock.mode == strongest.mode}
    blocked = strongest.blocks or "neither"
    return f"{strongest.mode} on {_counted(len(tables), 'table')}, blocks {blocked}"


def _worst(locks: tuple[Lock, ...]) -> dict[QualifiedName, Lock]:
    told: dict[QualifiedName, Lock] = {}
    for lock in locks:
        # Who waits for a table that is gone afterwards has other worries.
        if not lock.blocks or not lock.scans or lock.is_dropped:
            continue
        known = told.get(lock.table)
        if known is None or len(lock.blocks) > len(known.blocks):
            told[lock.table] = lock
    return told


def _parents_of_parts(before: Catalog) -> dict[QualifiedName, tuple[QualifiedName, ...]]:
    return {
        table.qualified_name: table.parents
        for table in before.tables
        if table.partition_bound is not None
    }


def _violation(step: Step, lock: Lock) -> Violation:
    table, taker = short_name(lock.table), lock.statement
    scan = next((one for one in lock.scans if one.statement is taker), lock.scans[0])
    is_own = scan.statement is taker
    held = f" for {_counted(len(lock.later), 'later statement')} too" if lock.later else ""
    meanwhile = "it" if is_own else f"line {scan.statement.line} ({_short(scan.statement)})"
    return Violation(
        where=f"{place(step)}: {table}",
        found=f"line {taker.line} ({_short(taker)}) takes {lock.mode} on {table}, which blocks its "
        f"{lock.blocks}{held}; meanwhile {meanwhile} {_does(scan)}",
        because=f"{lock.blocks} of {table} wait until the transaction ends, and that takes the "
        "longer the more rows there are",
        fix=_instead(taker) if is_own else _apart(scan.statement),
        location=Location(file=step.revision.path, line=taker.line),
        revision=step.revision.id,
    )


def _instead(statement: Statement) -> str:
    fits = (
        advice
        for pattern, advice in INSTEAD
        if re.search(pattern, statement.sql, re.IGNORECASE | re.DOTALL)
    )
    return next(fits, IN_GENERAL)


def _apart(statement: Statement) -> str:
    return f"Move line {statement.line} into a revision of its own, which holds no such lock."


def _does(scan: Scan) -> str:
    return f"{'rewrites' if scan.is_rewrite else 'scans'} all of {short_name(scan.table)}"


def _done(scan: Scan) -> str:
    return f"{short_name(scan.table)} {'rewritten' if scan.is_rewrite else 'scanned'}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _short(statement: Statement) -> str:
    # The driver's placeholders double it.
    words = " ".join(statement.sql.replace("%%", "%").split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
