"""
Report databases whose oldest rows come near the end of the transaction numbers.

A row must be frozen before two thousand million transactions have begun since it was written.
Autovacuum sees to that; where it does not get through (a slot, a prepared or an endless
transaction holds it back, or it is too slow), the server at last refuses every write.

Source: https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.health._telling import unseen
from schemaproof.vitals import DatabaseAge, Limits, Vitals

# 2**31 numbers lie between the oldest and the next, and the last three million are not given out.
END = 2**31 - 3_000_000
WORST = 3


@dataclass(frozen=True, kw_only=True)
class _Clock:
    """One of the two counts that come round."""

    noun: str
    age: int
    most: int
    setting: str
    tables: tuple[tuple[int, QualifiedName], ...]


@check("health/wraparound-age")
def wraparound_age(vitals: Vitals) -> Iterator[Yielded]:
    hidden = [vitals.unseen[fact] for fact in ("databases", "limits") if fact in vitals.unseen]
    if hidden or vitals.limits is None:
        yield from unseen("database", hidden)
        return
    old = [
        (database, clock)
        for database in vitals.databases
        for clock in _clocks(database, vitals, vitals.limits)
        if clock.age > clock.most
    ]
    for database, clock in old:
        yield _violation(database, clock)
    if not old:
        oldest = max(vitals.databases, key=lambda one: one.frozen_age)
        yield Evidence(
            seen=f"the oldest row is in {oldest.name}, {oldest.frozen_age:,} transactions old; "
            f"autovacuum freezes beyond {vitals.limits.freeze_max_age:,}"
        )


def _clocks(database: DatabaseAge, vitals: Vitals, limits: Limits) -> Iterator[_Clock]:
    tables = vitals.tables if database.is_this else ()
    # Up to once the setting it has not begun; beyond twice it does not get through.
    yield _Clock(
        noun="transactions",
        age=database.frozen_age,
        most=min(2 * limits.freeze_max_age, limits.failsafe_age),
        setting="autovacuum_freeze_max_age",
        tables=tuple((one.frozen_age or 0, one.table) for one in tables),
    )
    yield _Clock(
        noun="multixacts",
        age=database.multixact_age,
        most=min(2 * limits.multixact_freeze_max_age, limits.multixact_failsafe_age),
        setting="autovacuum_multixact_freeze_max_age",
        tables=tuple((one.multixact_age or 0, one.table) for one in tables),
    )


def _violation(database: DatabaseAge, clock: _Clock) -> Violation:
    worst = [table for age, table in sorted(clock.tables, reverse=True)[:WORST] if age > clock.most]
    named = f", first of all of {', '.join(map(short_name, worst))}" if worst else ""
    statement = f"VACUUM (FREEZE) {', '.join(map(str, worst))}".strip()
    return Violation(
        where=database.name,
        found=f"its oldest row is {clock.age:,} {clock.noun} old{named}: more than "
        f"{clock.most:,}, so autovacuum, which begins at {clock.setting}, does not get through; "
        f"{max(0, END - clock.age):,} are left",
        because="at the end of them the server refuses every write in every database",
        fix="See what holds it back (health/long-transaction, health/prepared-transaction, "
        f"health/slot-holds-wal), then, in {database.name} and in no revision: {statement}.",
    )
