"""
Report constraints and indexes that a revision drops or alters by a name that PostgreSQL made up.

Who creates a constraint without a name gets one: ``orders_customer_id_fkey``, or with a ``1`` at
its end if that is taken, cut to 63 bytes, and kept when the table is renamed. A later revision that
relies on it knows what happened on one database, and fails on the next.

Source: https://alembic.sqlalchemy.org/en/latest/naming.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.catalog import Catalog, Constraint, Index, QualifiedName, quote_identifier
from schemaproof.checks.check import Evidence, Location, Violation, Yielded, check
from schemaproof.history import History, Leg, MigrationFailed, Revision, RoundTrips, Statement
from schemaproof.targets import short_name

SHOWN = 60  # characters of a statement
# What ChooseConstraintName and ChooseIndexName append, and a number if the name is taken.
MADE_UP = re.compile(r"_(pkey|fkey|check|key|excl|idx)\d*$")
RENAMING = re.compile(r"\bRENAME\b", re.IGNORECASE)
CREATING = (
    r"\b(ADD\s+CONSTRAINT|CREATE\s+(UNIQUE\s+)?INDEX(\s+CONCURRENTLY)?(\s+IF\s+NOT\s+EXISTS)?)\s+"
)
LOOK_UP = re.compile(
    r"\b(pg_constraint|pg_class|pg_index|pg_indexes|information_schema)\b", re.IGNORECASE
)

Object = Constraint | Index
# Its table and its own name.
Key = tuple[QualifiedName, str]


@dataclass(frozen=True, kw_only=True)
class _Use:
    """An object that one step drops or alters, and the statement that says its name."""

    object: Object
    statement: Statement
    is_dropped: bool


@check("history/named-constraints", severity="warning")
def named_constraints(history: History, round_trips: RoundTrips) -> Iterator[Yielded]:
    makers: dict[Key, Revision] = {}
    count = unseen = 0
    for revision in history.revisions:
        try:
            trip = round_trips.of(revision)
            before, after = trip.before, trip.up.catalog
        except MigrationFailed:
            if revision == history.revisions[0]:
                raise
            # What builds on it was never seen; other checks say why.
            unseen += 1
            continue
        uses = [*_uses(before, after, trip.up)]
        count += len(uses)
        yield from _violations(revision, uses, makers)
        _learn(revision, (before, after), trip.up.statements, makers)
        if len(trip.legs) > 1 and not isinstance(trip.down.outcome, MigrationFailed):
            uses = [*_uses(after, trip.down.catalog, trip.down)]
            count += len(uses)
            yield from _violations(revision, uses, makers)
    others = f"; {unseen} revisions could not be reached" if unseen else ""
    yield Evidence(seen=f"{count} constraints and indexes dropped or altered by name{others}")


def _learn(
    revision: Revision,
    catalogs: tuple[Catalog, Catalog],
    statements: tuple[Statement, ...],
    makers: dict[Key, Revision],
) -> None:
    """
    Note whose names PostgreSQL made up in this step, and forget what is gone.
    """
    before, after = map(_objects, catalogs)
    tables = {table for table, _ in after}
    # A table that is renamed takes its constraints along, with their names.
    moved = {(key[0].schema, key[1]): key for key in before if key[0] not in tables}
    for key in after.keys() - before.keys():
        old = moved.get((key[0].schema, key[1]))
        if old in makers:
            makers[key] = makers[old]
        elif old is None and MADE_UP.search(key[1]) and not _is_said(key[1], statements):
            makers[key] = revision
    for key in {*makers}:
        if key not in after or any(_gives(one, key[1]) for one in statements):
            del makers[key]


def _uses(before: Catalog, after: Catalog, leg: Leg) -> Iterator[_Use]:
    if before.constraints is after.constraints and before.indexes is after.indexes:
        return
    old, new = _objects(before), _objects(after)
    there = {name for _, name in new.keys() - old.keys()}
    for key, object_ in old.items():
        is_dropped = key not in new and key[1] not in there
        if is_dropped or (key in new and new[key] != object_):
            statement = _naming(key[1], leg.statements)
            if statement is not None:
                yield _Use(object=object_, statement=statement, is_dropped=is_dropped)


def _naming(name: str, statements: tuple[Statement, ...]) -> Statement | None:
    """
    Return the statement that says the name; None if none does or the name was looked up before.
    """
    for statement in statements:
        if statement.line is None:
            continue
        # To give it a name of one's own is what ends it.
        if _says(statement, name) and not RENAMING.search(statement.sql):
            return statement
        if LOOK_UP.search(statement.sql):
            return None
    return None


def _is_said(name: str, statements: tuple[Statement, ...]) -> bool:
    return any(_says(one, name) for one in statements)


def _says(statement: Statement, name: str, *, after: str = "") -> bool:
    # Drivers that take %s are sent a doubled %.
    sql = statement.sql.replace("%%", "%")
    plain, quoted = re.escape(name), re.escape('"' + name.replace('"', '""') + '"')
    return bool(re.search(rf"{after}({quoted}|(?<![\w$\"]){plain}(?![\w$\"]))", sql, re.IGNORECASE))


def _gives(statement: Statement, name: str) -> bool:
    return _says(statement, name, after=CREATING)


def _objects(catalog: Catalog) -> dict[Key, Object]:
    found: dict[Key, Object] = {(one.table, one.name): one for one in catalog.constraints}
    # An index behind a constraint is named with it, one of a partition with the whole.
    found.update(
        ((one.table, one.name), one)
        for one in catalog.indexes
        if one.constraint is None and not one.is_inherited
    )
    return found


def _violations(
    revision: Revision, uses: list[_Use], makers: dict[Key, Revision]
) -> Iterator[Violation]:
    for use in uses:
        made_by = makers.get((use.object.table, use.object.name))
        if made_by is None:
            continue
        name, statement = quote_identifier(use.object.name), use.statement
        words = " ".join(statement.sql.split())
        shown = words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
        yield Violation(
            where=f"{revision.id}: {use.object.name}",
            found=f"line {statement.line} ({shown}) {'drops' if use.is_dropped else 'alters'} the "
            f"{use.object.kind} {name} of {short_name(use.object.table)} by a name that PostgreSQL "
            f"made up in {made_by.id}",
            because="such a name depends on the table's name at that time, on what was taken and "
            "on its length; a database with another past has another one, and the deploy stops",
            fix=f"Name the {use.object.kind} where {made_by.id} creates it, or by a "
            "naming_convention; where that is deployed, rename it first and then use that name.",
            location=Location(file=revision.path, line=statement.line),
            revision=revision.id,
        )
