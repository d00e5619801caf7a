"""
Run every revision, and every downgrade, with a long transaction in its way.

Who waits for a lock stands in a queue, and whoever comes later stands behind. A migration that
waits without an end for one forgotten session stops everybody who uses the table. A rollback is run
when things are bad already.

Source: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.checks.history._steps import of, place
from schemaproof.history import Revision, Step
from schemaproof.trials.traffic import LockWait, LockWaits

SHOWN = 3  # changes, and then how many more


@check("history/gives-up-on-locks", thorough=True)
def gives_up_on_locks(revision: Revision, lock_waits: LockWaits) -> Iterator[Yielded]:
    for step, seen in lock_waits.steps_of(revision):
        yield _judged(step, seen)


def _judged(step: Step, seen: LockWait) -> Yielded:
    if seen.outcome == "failed":
        return Skip(why=of(step, f"it fails before it waits: {seen.error}"))
    if seen.outcome == "waited" and seen.stops_others:
        return _never(step, seen)
    if seen.outcome == "gave up" and seen.changes and seen.again is not None:
        return _half_done(step, seen)
    if seen.invalidated and not seen.stops_others and _is_cut_short(seen):
        return _impatient(step, seen)
    return Evidence(seen=of(step, _seen(seen)))


def _is_cut_short(seen: LockWait) -> bool:
    if seen.outcome == "gave up":
        return True
    # "It is rather pointless to set lock_timeout to the same or larger value": the manual.
    return 0 < seen.statement_timeout_ms <= seen.lock_timeout_ms


def _seen(seen: LockWait) -> str:
    if not seen.tables:
        return "no table was there before it, so nothing can be in its way"
    if seen.outcome == "finished":
        return f"finished beside a transaction that has read and written {seen.tables} tables"
    others = _others(seen)
    if seen.outcome == "waited":
        return f"waits for {seen.waited_for} and blocks nobody: meanwhile {others}"
    after = "the database was as before"
    if seen.changes:
        after = f"what it left ({_changes(seen)}) was no obstacle when it was run again"
    if seen.waited_for is None:
        return f"gave up at once ({_told(seen)}); {after}"
    return (
        f"gave up after {seen.waited_s:.1f} s of waiting for {seen.waited_for} ({_told(seen)}); "
        f"meanwhile {others}; {after}"
    )


def _others(seen: LockWait) -> str:
    return f"reads took up to {_time(seen.reads_s)} and writes up to {_time(seen.writes_s)}"


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.0f} ms"


def _told(seen: LockWait) -> str:
    return seen.error.told.partition(":")[0] if seen.error else ""


def _changes(seen: LockWait) -> str:
    more = len(seen.changes) - SHOWN
    return "; ".join(seen.changes[:SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _never(step: Step, seen: LockWait) -> Violation:
    found = (
        f"with a long transaction in its way it waits for {seen.waited_for} and had not "
        f"given up after {seen.waited_s:.1f} s; meanwhile {_others(seen)}"
    )
    return Violation(
        where=place(step),
        found=of(step, found),
        because="every request that needs the table queues behind the migration for as long as "
        "anybody's transaction stays open",
        fix="Set lock_timeout to a few seconds in env.py, and run the migration again when it gave "
        "up.",
        location=_location(step, seen),
        revision=step.revision.id,
    )


def _half_done(step: Step, seen: LockWait) -> Violation:
    again = seen.again.told if seen.again else ""
    found = (
        f"it gave up after {seen.waited_s:.1f} s of waiting for {seen.waited_for}; "
        f"after that {_changes(seen)}; run again with nothing in its way it raised {again}"
    )
    return Violation(
        where=place(step),
        found=of(step, found),
        because="whoever is on duty must mend the database by hand before the deploy can go on",
        fix="Let what is outside of a transaction be run again: drop what may be left over first, "
        "or use IF NOT EXISTS.",
        location=_location(step, seen),
        revision=step.revision.id,
    )


def _impatient(step: Step, seen: LockWait) -> Violation:
    lost = ", ".join(seen.invalidated)
    found = (
        f"it gave up after {seen.waited_s:.1f} s of waiting for {seen.waited_for}"
        if seen.outcome == "gave up"
        else f"waiting for {seen.waited_for} it is ended by statement_timeout after "
        f"{_time(seen.statement_timeout_ms / 1000)}, however long lock_timeout "
        f"({_time(seen.lock_timeout_ms / 1000)}) lets it wait"
    )
    return Violation(
        where=place(step),
        found=of(step, f"{found}, which blocks nobody; after that {lost} is invalid"),
        because=f"until somebody runs it again no query can use {lost}, which served until then, "
        "and every write still pays for it",
        fix="Lift statement_timeout and raise lock_timeout around what runs CONCURRENTLY: waiting "
        "costs nobody anything there.",
        location=_location(step, seen),
        revision=step.revision.id,
    )


def _location(step: Step, seen: LockWait) -> Location:
    path = step.revision.path
    # The statement that was waiting is the one that was ended.
    if seen.error is not None and seen.error.path == path:
        return Location(file=path, line=seen.error.line)
    return Location(file=path)
