"""
Compare what `alembic_version` says of the live database with what is there.

A database that is not what it says gets the wrong revisions: one that was run by hand is run again,
one that was undone by hand is missed. Each revision is made on a throwaway database and its
catalogue held beside the live one; where they differ, the nearest revision is told, and what is
otherwise.

Source: https://alembic.sqlalchemy.org/en/latest/api/runtime.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Difference
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.staging import Stamp

BECAUSE = "the deploy begins at a revision that the database is not at: it repeats or leaves out"
DIFFERS = "no test has seen a database like this one, and the next revision may not fit it"
MOST_TOLD = 20


@check("deploy/stamp-is-true")
def stamp_is_true(stamp: Stamp) -> Iterator[Yielded]:
    if stamp.obstacle is not None:
        yield Skip(why=stamp.obstacle)
        return
    if stamp.unknown:
        yield _unknown(stamp)
    elif stamp.nearest != stamp.revisions and stamp.nearest:
        yield _wrong(stamp)
    told = stamp.from_nearest
    if stamp.nearest == stamp.revisions or len(told) <= MOST_TOLD:
        yield from (_otherwise(one, stamp) for one in told[:MOST_TOLD])
    if len(told) > MOST_TOLD and stamp.nearest == stamp.revisions:
        yield _more(stamp)
    if not told and stamp.nearest == stamp.revisions:
        yield Evidence(seen=_seen(stamp))


def _named(revisions: tuple[str, ...]) -> str:
    return " and ".join(revisions) or "nothing"


def _seen(stamp: Stamp) -> str:
    others = f"; {stamp.others} objects are not of its history" if stamp.others else ""
    if not stamp.revisions:
        return f"nothing was deployed yet{others}"
    return f"it is at {_named(stamp.revisions)}, as {stamp.table} says{others}"


def _unknown(stamp: Stamp) -> Violation:
    return Violation(
        where=str(stamp.table),
        found=f"it names {_named(stamp.unknown)}, which is not in this history; of what is, "
        f"{_named(stamp.nearest)} is nearest, with {len(stamp.from_nearest)} differences",
        because="Alembic can neither go on nor back from a revision that it does not know",
        fix="Deploy from the checkout that has this revision.",
    )


def _wrong(stamp: Stamp) -> Violation:
    nearest = " ".join(stamp.nearest)
    said = f"{stamp.table} says {_named(stamp.revisions)}" if stamp.table else "it bears no stamp"
    near = len(stamp.from_nearest)
    return Violation(
        where=str(stamp.table or "alembic_version"),
        found=f"{said}, from which {len(stamp.differences)} things differ; nearest is "
        f"{_named(stamp.nearest)}, {f'with {near} differences' if near else 'with none'}",
        because=BECAUSE,
        fix=f"If it is at {_named(stamp.nearest)}, say so: 'alembic stamp {nearest}'.",
    )


def _otherwise(one: Difference, stamp: Stamp) -> Violation:
    name = one.identity.removeprefix("public.")
    revision = _named(stamp.nearest)
    if one.facet is not None:
        found = f"{one.facet} of the {one.kind} is {one.right}; {revision} makes it {one.left}"
    elif one.right is None:
        found = f"the {one.kind} is missing, which {revision} has"
    else:
        found = f"the {one.kind} is there, and {revision} has none"
    return Violation(
        where=name if one.facet is None else f"{name}: {one.facet}",
        found=found,
        because=DIFFERS,
        fix=f"Make the {one.kind} what {revision} makes it, or add a revision that knows of it.",
    )


def _more(stamp: Stamp) -> Violation:
    return Violation(
        where=str(stamp.table),
        found=f"{len(stamp.from_nearest) - MOST_TOLD} more differences from "
        f"{_named(stamp.nearest)}",
        because=DIFFERS,
        fix="Compare with 'pg_dump --schema-only' of a database that was migrated from nothing.",
    )
