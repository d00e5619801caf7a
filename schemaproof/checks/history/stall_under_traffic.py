"""
Run every revision up and down on full tables while others read and write, and time their requests.

How long a lock is held decides whether users notice a deploy, and that depends on the number of
rows and on what is done after the lock was taken. Both are measured here, not read from the SQL.

Source: https://www.postgresql.org/docs/current/explicit-locking.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.catalog import QualifiedName
from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.checks.history._steps import of, place
from schemaproof.history import MigrationFailed, Revision, Step
from schemaproof.targets import short_name
from schemaproof.trials.traffic import Stall, Stalls, TableTraffic

FIX = (
    "Keep the lock for a moment only: build indexes CONCURRENTLY, add constraints NOT VALID and "
    "validate them in a revision of their own, fill columns in batches that commit."
)


@check("history/stall-under-traffic", thorough=True, column="stall")
def stall_under_traffic(revision: Revision, stalls: Stalls) -> Iterator[Yielded]:
    for step, stall in stalls.steps_of(revision):
        yield from _judged(step, stall, stalls)


def _judged(step: Step, stall: Stall, stalls: Stalls) -> Iterator[Yielded]:
    if stall.failure is not None and stall.fails_alone:
        yield Skip(
            why=of(step, f"it fails on full tables without users too: {stall.failure}; ")
            + "history/upgrade-survives-rows looks for such rows"
        )
        return
    if stall.failure is not None:
        yield _failed(step, stall.failure)
        return
    violations = [*_violations(step, stall, stalls)]
    yield from violations
    if not violations and (why := _unseen(stall)):
        yield Skip(why=of(step, why))
        return
    yield Evidence(seen=of(step, summary(stall)), brief=_brief(stall) if step.is_upgrade else "")
    # What holds of the tables holds of them in both directions.
    yield from _limits(stall) if step.is_upgrade else ()


def summary(stall: Stall) -> str:
    """
    Say in one line what the requests met.
    """
    longest = stall.longest
    if longest is None and stall.gone:
        return "every table that was there is gone after it, so nobody uses one"
    if longest is None:
        return "no table was there before it, so nobody waits"
    return (
        f"longest wait {longest.longest_wait_ms:,.0f} ms ({longest.kind} of "
        f"{short_name(longest.table)}; {longest.idle_ms:,.0f} ms while nothing ran), "
        f"{stall.failed:,} of {stall.requests:,} requests failed, at {stall.rows:,} rows"
    )


def _brief(stall: Stall) -> str:
    longest = stall.longest
    return "nobody waits" if longest is None else f"{longest.longest_wait_ms:,.0f} ms"


def _unseen(stall: Stall) -> str | None:
    if stall.unwitnessed is not None:
        return f"nobody saw whether requests waited for a lock: {stall.unwitnessed}"
    if stall.traffic and not stall.requests:
        refused = next((why for one in stall.traffic for why in one.refused), "none was due")
        return (
            f"no request could be sent to {_names({one.table for one in stall.traffic})}: {refused}"
        )
    return None


def _limits(stall: Stall) -> Iterator[Evidence]:
    if stall.chance is not None:
        yield Evidence(
            seen=f"one run of several raised {stall.chance.told.partition(' DETAIL:')[0]}"
        )
    for table, (rows, why) in stall.small.items():
        yield Evidence(seen=f"{short_name(table)} holds {rows:,} rows: more were refused ({why})")
    refused = {one.table for one in stall.traffic if one.refused}
    if refused:
        yield Evidence(seen=f"not every kind of request could be sent to {_names(refused)}")
    states = {state for one in stall.traffic for state in one.failed}
    if states:
        yield Evidence(seen=f"SQLSTATE of those that failed: {', '.join(sorted(states))}")
    if stall.left_out:
        yield Evidence(seen=f"nobody used {_names(stall.left_out)}")


def _names(tables: Iterable[QualifiedName]) -> str:
    return ", ".join(sorted(map(short_name, tables)))


def _failed(step: Step, error: MigrationFailed) -> Violation:
    return Violation(
        where=place(step),
        # The details of a deadlock are numbers of processes, others each time.
        found=f"while others read and wrote {error.step} raised "
        f"{error.told.partition(' DETAIL:')[0]}; alone it does not",
        because="a deploy at a busy hour stops there, and what it left must be looked at by hand",
        fix="Lock tables that foreign keys connect one by one, each in a transaction of its own.",
        location=Location(file=error.path, line=error.line) if error.path else None,
        revision=step.revision.id,
    )


def _violations(step: Step, stall: Stall, stalls: Stalls) -> Iterator[Violation]:
    for table in dict.fromkeys(one.table for one in stall.traffic):
        both = [one for one in stall.traffic if one.table == table]
        if any(one.exceeds(stalls.budget_ms) or one.lost for one in both):
            yield _violation(step, both, stalls)


def _violation(step: Step, both: list[TableTraffic], stalls: Stalls) -> Violation:
    name = short_name(both[0].table)
    waits = " and ".join(_wait(one) for one in both if one.requests or one.failed)
    failed = sum(sum(one.failed.values()) for one in both)
    states = sorted({state for one in both for state in one.failed})
    told = f" ({', '.join(states)})" if states else ""
    requests = sum(one.requests for one in both)
    return Violation(
        where=f"{place(step)}: {name}",
        found=of(
            step,
            f"at {stalls.rows:,} rows {waits}; {failed:,} of {requests:,} requests failed{told}",
        ),
        because=f"the budget is {stalls.budget_ms:,.0f} ms: while that lock is held requests pile "
        f"up, connections run out, and what never touches {name} stands still too",
        fix=FIX,
        location=Location(file=step.revision.path),
        revision=step.revision.id,
    )


def _wait(one: TableTraffic) -> str:
    what = f"its {one.kind} waited up to {one.longest_wait_ms:,.0f} ms"
    return f"{what} for {one.waited_for}" if one.waited_for else what
