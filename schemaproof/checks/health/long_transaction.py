"""
Report transactions that have been open for long and would be in the way of a deploy.

A revision that alters a table waits for every transaction that has so much as read it, and all
others wait behind the revision. CREATE INDEX CONCURRENTLY waits for every transaction with an older
snapshot, whatever that has touched. Meanwhile VACUUM removes nothing that is younger.

Source: https://www.postgresql.org/docs/current/explicit-locking.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.health._holding import LONG_S, held
from schemaproof.checks.health._telling import count, span, unseen
from schemaproof.vitals import OpenTransaction, Vitals


@check("health/long-transaction")
def long_transaction(vitals: Vitals) -> Iterator[Yielded]:
    long = [one for one in vitals.transactions if one.age_s >= LONG_S and _is_in_the_way(one)]
    for one in long:
        yield _violation(one)
    hidden = [vitals.unseen[fact] for fact in ("transactions",) if fact in vitals.unseen]
    yield from unseen("session", hidden)
    if not long and not hidden:
        oldest = max((one.age_s for one in vitals.transactions), default=0.0)
        yield Evidence(
            seen=f"{count(len(vitals.transactions), 'transaction')} of others open, the longest "
            f"for {span(oldest)}"
        )


def _is_in_the_way(one: OpenTransaction) -> bool:
    return bool(one.locks) or one.xmin_age is not None


def _violation(one: OpenTransaction) -> Violation:
    whose = f"{one.role} ({one.application})" if one.application else one.role or one.backend_type
    state = one.state or one.backend_type
    since = f" for {span(one.state_age_s)}" if one.state_age_s is not None else ""
    locks = held(one.locks)
    return Violation(
        where=f"process {one.pid}",
        found=f"a transaction of {whose} has been open for {span(one.age_s)}, {state}{since}: "
        + (f"it holds {locks}" if locks else "it holds an old snapshot and no table"),
        because="a revision that alters one of them waits for it, and every request behind the "
        "revision"
        if locks
        else "CREATE INDEX CONCURRENTLY waits for it, and VACUUM removes no row that it could see",
        fix=f"Let it end before the deploy, or: SELECT pg_terminate_backend({one.pid}); and set "
        "idle_in_transaction_session_timeout for its role. No revision can do that.",
    )
