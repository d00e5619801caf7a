"""
Report foreign keys and sessions that do not fire their triggers.

A foreign key is kept by triggers of PostgreSQL's own. DISABLE TRIGGER ALL, which bulk loads and
restores send, switches them off with the others, and the key still looks like one. So does
session_replication_role, set for a role or a database: its sessions fire none. Triggers that
someone made are constraints/trigger-enabled's.

Source: https://www.postgresql.org/docs/current/sql-altertable.html (DISABLE TRIGGER)
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, Constraint, ForeignKey, quote_identifier, short_name
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.health._telling import count, mended, unseen
from schemaproof.vitals import ReplicationRole, Vitals


@check("health/disabled-trigger")
def disabled_trigger(catalog: Catalog, vitals: Vitals) -> Iterator[Yielded]:
    kept = [one for one in catalog.constraints if one.is_enforced]
    off = [one for one in kept if "disabled" in one.enabled or "replica" in one.enabled]
    yield from map(_unkept, off)
    yield from (_silenced(one) for one in vitals.replication_roles)
    hidden = vitals.unseen.get("replication_roles")
    yield from unseen("setting of a role", [hidden] if hidden else [])
    if not off and not vitals.replication_roles and not hidden:
        seen = f"{count(len(catalog.foreign_keys), 'foreign key')} kept by their triggers"
        yield Evidence(seen=f"{seen}, and no role or database begins its sessions without")


def _unkept(one: Constraint) -> Violation:
    table = short_name(one.table)
    return Violation(
        where=f"{table}.{one.name}",
        found=f"the triggers by which PostgreSQL keeps the {one.kind} are {one.enabled}",
        because=f"it refuses no row of {table}, cascades to none, and orphans come in unseen",
        fix=f"{_enabled(one)}; then look for orphans: what came in meanwhile nobody has checked.",
    )


def _enabled(one: Constraint) -> str:
    # DISABLE TRIGGER ALL of the table that is referred to switches off the other half.
    tables = dict.fromkeys([one.table, *([one.target] if isinstance(one, ForeignKey) else [])])
    statements = (mended(f"ALTER TABLE {table} ENABLE TRIGGER ALL") for table in tables)
    return ", and ".join(statements)


def _silenced(one: ReplicationRole) -> Violation:
    whose = "every role" if one.role is None else f"the role {one.role}"
    where = "in this database" if one.is_here_alone else "in every database"
    return Violation(
        where=one.role or "session_replication_role",
        found=f"sessions of {whose} begin with session_replication_role = replica {where}",
        because="their writes fire no trigger and are held to no foreign key",
        fix=f"In no revision: {_reset(one)}.",
    )


def _reset(one: ReplicationRole) -> str:
    setting = "RESET session_replication_role"
    if one.role is None:
        return f"ALTER DATABASE … {setting}, with the name of this one"
    here = " IN DATABASE …" if one.is_here_alone else ""
    return f"ALTER ROLE {quote_identifier(one.role)}{here} {setting}"
