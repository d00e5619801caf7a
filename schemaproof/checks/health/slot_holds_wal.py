"""
Report replication slots that hold more WAL than the server wants to keep.

A slot keeps every file of WAL that its reader has not had. A reader that is gone, or too slow, lets
them pile up until the disk is full, and then the server stops. How much is too much, the server
says itself: beyond max_wal_size the state of a slot is no longer "reserved".

Source: https://www.postgresql.org/docs/current/view-pg-replication-slots.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.drift._mending.calls import literal
from schemaproof.checks.health._telling import count, span, unseen
from schemaproof.preflight import in_bytes
from schemaproof.vitals import Limits, Slot, Vitals


@check("health/slot-holds-wal")
def slot_holds_wal(vitals: Vitals) -> Iterator[Yielded]:
    hidden = [vitals.unseen[fact] for fact in ("slots", "limits") if fact in vitals.unseen]
    if hidden or vitals.limits is None:
        yield from unseen("replication slot", hidden)
        return
    holding = [slot for slot in vitals.slots if _holds_too_much(slot, vitals.limits)]
    for slot in holding:
        yield _violation(slot, vitals.limits)
    if not holding:
        most = max((slot.held_bytes or 0 for slot in vitals.slots), default=0)
        yield Evidence(
            seen=f"{count(len(vitals.slots), 'replication slot')} holding {in_bytes(most)} of WAL "
            f"at most; max_wal_size is {in_bytes(vitals.limits.max_wal_bytes)}"
        )


def _holds_too_much(slot: Slot, limits: Limits) -> bool:
    if slot.wal_status in (None, "reserved"):
        return False
    # What is kept for everybody is not the slot's doing.
    return slot.wal_status == "lost" or (slot.held_bytes or 0) > limits.wal_keep_bytes


def _violation(slot: Slot, limits: Limits) -> Violation:
    reader = "somebody reads from it, too slowly" if slot.is_active else "nobody reads from it"
    since = f" for {span(slot.inactive_s)}" if slot.inactive_s is not None else ""
    if slot.wal_status == "lost":
        found = f"the slot is lost: {reader}{since}, and what it needs has been removed"
        because = "its reader can never go on from where it was; it must be made anew"
    else:
        found = (
            f"it holds {in_bytes(slot.held_bytes or 0)} of WAL, more than max_wal_size "
            f"({in_bytes(limits.max_wal_bytes)}), and is {slot.wal_status}: {reader}{since}"
        )
        because = (
            "WAL piles up until the disk is full, and then the server stops"
            if slot.safe_bytes is None
            else f"after {in_bytes(max(0, slot.safe_bytes))} more it is lost, and its reader too"
        )
    return Violation(
        where=slot.name,
        found=found,
        because=because,
        fix="Let its reader go on, or if there is none any more, in no revision: "
        f"SELECT pg_drop_replication_slot({literal(slot.name)}).",
    )
