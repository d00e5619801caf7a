"""
Report locks of the next deploy that stop others for longer than the budget, at the real sizes.

Which locks a revision takes, and what it does while it holds them, is seen where it runs on a
throwaway database. How long that takes is estimated from the sizes of the live tables. An estimate
is told with its arithmetic, and with the disk that the work needs.

Source: https://www.postgresql.org/docs/current/explicit-locking.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.checks.deploy._broken import obstacle
from schemaproof.preflight import (
    Data,
    Estimate,
    Held,
    PendingRevision,
    about,
    estimated,
    in_bytes,
)
from schemaproof.project import Project

UNSEEN = (
    "nobody could watch its locks: env.py holds a transaction of its own around all revisions, or "
    "the server has track_counts off"
)
INSTEAD = {
    "rewrite": "Add a column of the new type, fill it in batches, and let the code move over.",
    "index": "Build the index CONCURRENTLY, in an autocommit_block().",
    "scan": "Add the constraint NOT VALID, and VALIDATE it in a revision of its own.",
    "write": "Change the rows in batches, in transactions of their own, before the lock is taken.",
}


@check("deploy/revision-lock", column="lock on the real tables")
def revision_lock(pending: PendingRevision, data: Data, project: Project) -> Iterator[Yielded]:
    if blocked := obstacle(pending):
        yield blocked
        return
    if pending.held is None:
        yield Skip(why=UNSEEN)
        return
    timed = [(held, estimated(held.works, data)) for held in pending.held]
    for held, estimates in _worst(timed).values():
        if 1000 * _seconds(estimates) > project.stall_budget_ms:
            yield _violation(pending, held, estimates, project.stall_budget_ms)
    told = [_line(held, estimates) for held, estimates in timed]
    seen = "; ".join(told) or "no lock on a table that is there"
    yield Evidence(seen=seen, brief=_brief(timed))
    yield from _disk(pending, data)


def _seconds(estimates: tuple[Estimate, ...]) -> float:
    return sum(one.seconds for one in estimates)


def _worst(
    timed: list[tuple[Held, tuple[Estimate, ...]]],
) -> dict[QualifiedName, tuple[Held, tuple[Estimate, ...]]]:
    worst: dict[QualifiedName, tuple[Held, tuple[Estimate, ...]]] = {}
    for held, estimates in timed:
        known = worst.get(held.table)
        if held.blocks and (known is None or _seconds(estimates) > _seconds(known[1])):
            worst[held.table] = held, estimates
    return worst


def _blocks(held: Held) -> str:
    return f"blocks its {held.blocks}" if held.blocks else "blocks neither reads nor writes"


def _line(held: Held, estimates: tuple[Estimate, ...]) -> str:
    lock = f"{held.mode} on {short_name(held.table)} {_blocks(held)}"
    if not estimates:
        return f"{lock} for a moment"
    lasts = f"{lock} for {about(_seconds(estimates))} by estimate"
    if not held.blocks:
        return lasts
    return f"{lasts} ({' + '.join(one.arithmetic for one in estimates)})"


def _brief(timed: list[tuple[Held, tuple[Estimate, ...]]]) -> str:
    blocking = [_seconds(estimates) for held, estimates in timed if held.blocks]
    return about(max(blocking)) if blocking else "blocks nobody"


def _violation(
    pending: PendingRevision, held: Held, estimates: tuple[Estimate, ...], budget_ms: int
) -> Violation:
    table = short_name(held.table)
    longest = max(estimates, key=lambda one: one.seconds)
    return Violation(
        where=f"{pending.revision.id}: {table}",
        found=f"line {held.line} takes {held.mode} on {table}, which {_blocks(held)} for "
        f"{about(_seconds(estimates))} by estimate: "
        + " + ".join(one.arithmetic for one in estimates),
        because=f"the budget is {budget_ms:,} ms: while that lock is held requests pile up, and "
        "connections run out",
        fix=INSTEAD[longest.work.kind],
        location=Location(file=pending.revision.path, line=held.line),
        revision=pending.revision.id,
    )


def _disk(pending: PendingRevision, data: Data) -> Iterator[Evidence]:
    every = [work for held in pending.held or () for work in held.works]
    works = [work for work in every if work.revision is None]
    needed = [one for one in estimated([*works, *pending.builds], data) if one.disk_bytes]
    if needed:
        parts = ", ".join(f"{in_bytes(one.disk_bytes)} as {_does(one)}" for one in needed)
        total = in_bytes(sum(one.disk_bytes for one in needed))
        yield Evidence(
            seen=f"it needs about {total} of free disk by estimate ({parts}), and about as much "
            "for the WAL"
        )


def _does(one: Estimate) -> str:
    name = short_name(one.work.table)
    return {
        "rewrite": f"it writes {name} anew",
        "index": f"it builds {one.work.index}",
    }.get(one.work.kind, f"it changes rows of {name}")
