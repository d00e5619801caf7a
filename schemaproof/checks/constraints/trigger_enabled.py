"""
Report triggers that are disabled.

A trigger that keeps a promise (a guard, a timestamp, an audit) and is disabled keeps it no more,
and nothing that reads the schema's tables and constraints shows it. Who disables one for a bulk
load and forgets to enable it again leaves it so.

Source: https://www.postgresql.org/docs/current/sql-altertable.html (DISABLE TRIGGER)
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, Trigger, quote_identifier
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.targets import short_name

FIRES = {
    "origin": "fires in ordinary sessions",
    "always": "fires in every session",
    "replica": "fires where changes are replicated, as it was told",
}


@check("constraints/trigger-enabled")
def trigger_enabled(trigger: Trigger, catalog: Catalog) -> Iterator[Yielded]:
    copies = [one for one in catalog.triggers if one.is_inherited and _is_copy(one, trigger)]
    silent = [one for one in (trigger, *copies) if one.enabled == "disabled"]
    if not silent:
        yield Evidence(seen=FIRES[trigger.enabled])
        return
    for one in silent:
        table, name = short_name(one.table), quote_identifier(one.name)
        yield Violation(
            where=f"{table}.{one.name}",
            found=f"the trigger is disabled: {' or '.join(one.events)} on {table} does not call "
            f"{one.function}",
            because="what it refuses, fills in or records is not refused, filled in or recorded",
            fix=f"In a revision: ALTER TABLE {one.table} ENABLE TRIGGER {name}, or drop it.",
        )


def _is_copy(one: Trigger, trigger: Trigger) -> bool:
    return (one.name, one.function) == (trigger.name, trigger.function)
