"""
Run every registered query on rows that are really there, and count the blocks that it touches.

A plan of the right shape may still read more than it needs: rows that are fetched and thrown away,
an index that has become wider, a condition that has moved into a filter. The blocks show it, and
they do not depend on the machine. A query may touch as many as it was promised, and no more than
twice as many as when its plan was accepted.

Source: https://www.postgresql.org/docs/current/using-explain.html#USING-EXPLAIN-ANALYZE
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.indexes._asked import at, plans_of, registered_at
from schemaproof.project import Project
from schemaproof.scaling import (
    BadBaseline,
    Loaded,
    NoSample,
    Planning,
    Touched,
    read_baseline,
)
from schemaproof.workload import Query

# Beyond what another order of the rows on a page may make of it.
FACTOR, SLACK = 2, 8


@check("indexes/within-buffers", severity="warning", thorough=True)
def within_buffers(
    query: Query, loaded: Loaded, planning: Planning, project: Project
) -> Iterator[Yielded]:
    plans = plans_of(planning, query)
    if isinstance(plans, Skip):
        yield plans
        return
    try:
        touched = loaded.touched(query)
    except (NoSample, SQLAlchemyError) as error:
        yield Skip(why=f"it cannot be run: {error}")
        return
    size, accepted = at(loaded.rows, planning), _accepted(query, planning, project)
    if query.buffers is not None and touched.blocks > query.buffers:
        yield _too_many(query, touched, size, project)
    elif accepted is not None and touched.blocks > FACTOR * accepted + SLACK:
        yield _more(query, touched, accepted, size, project)
    else:
        most = "" if query.buffers is None else f" of at most {query.buffers:,}"
        was = "" if accepted is None else f", and {accepted:,} when it was accepted"
        found = f"for {touched.rows:,} rows"
        yield Evidence(seen=f"touches {touched.blocks:,}{most} blocks {found} at {size}{was}")


def _accepted(query: Query, planning: Planning, project: Project) -> int | None:
    # That there is no baseline, or none that can be read, is said by indexes/plan-changed.
    with suppress(BadBaseline):
        if project.plans_baseline is not None:
            baseline = read_baseline(project.plans_baseline)
            if baseline.postgresql == planning.postgresql:
                return baseline.buffers.get(query.name)
    return None


def _too_many(query: Query, touched: Touched, size: str, project: Project) -> Violation:
    return Violation(
        where=query.name,
        found=f"at {size} it touches {touched.blocks:,} blocks for {touched.rows:,} rows, and may "
        f"touch {query.buffers:,}: {touched.plan.shape}",
        because="each of them is read from disk as soon as the cache is too small for all tables",
        fix="Let an index find what it asks for, or promise what it needs, with buffers.",
        location=registered_at(query, project),
    )


def _more(query: Query, touched: Touched, accepted: int, size: str, project: Project) -> Violation:
    return Violation(
        where=query.name,
        found=f"at {size} it touches {touched.blocks:,} blocks for {touched.rows:,} rows, and "
        f"touched {accepted:,} when its plan was accepted: {touched.plan.shape}",
        because="what caused it may not have been meant to, and it costs more the larger it grows",
        fix="Run 'schemaproof accept-plans' and commit the file, if it has to; else undo what "
        "caused it.",
        location=registered_at(query, project),
    )
