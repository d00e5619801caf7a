"""
Kill the server after every statement of every revision, start it again, and finish the job.

A deploy may end at any moment: the machine fails, the kernel runs out of memory, somebody pulls the
plug. What is there afterwards must be one revision or the other, or at least something from which
the same command goes on.

Source: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.history import Revision
from schemaproof.trials.crashes import Crashes, Crashing, Harm, Kind

# Of each kind of harm: its name in the report, what goes wrong in production, what ends it.
WORDS: dict[Kind, tuple[str, str, str]] = {
    "version": (
        "version",
        "alembic no longer knows where the database is, and no command can go on from there",
        "Leave alembic_version to Alembic, in the transaction of the revision.",
    ),
    "unkept": (
        "commit",
        "the deploy was reported as done and the application that needs it was started, on a "
        "database without it",
        "Leave synchronous_commit on while migrating.",
    ),
    "rerun": (
        "rerun",
        "a deploy that ended in the middle cannot be repeated: somebody must find out by hand what "
        "was done and undo it, while the application waits",
        "Make every statement that commits on its own repeatable (drop what a run before may have "
        "left, IF EXISTS, IF NOT EXISTS), or keep the revision in one transaction.",
    ),
    "catalogue": (
        "catalogue",
        "the repeated deploy reports success on a schema that nobody has tested; an INVALID index "
        "serves no query and costs every write",
        "Drop what an interrupted run may have left before making it: DROP INDEX CONCURRENTLY IF "
        "EXISTS, then CREATE INDEX CONCURRENTLY without IF NOT EXISTS.",
    ),
    "rows": (
        "rows",
        "the repeated deploy reports success, and data is lost or was changed twice",
        "Change rows in the transaction of the revision, or only those that are not yet changed.",
    ),
}


@check("history/survives-crash", thorough=True)
def survives_crash(revision: Revision, crashes: Crashes) -> Iterator[Yielded]:
    if not crashes.is_possible:
        yield Skip(
            why="only a server that the run has started itself can be killed: leave --server out"
        )
        return
    seen = crashes.of(revision)
    yield from (_violation(revision, harm) for harm in seen.harms)
    yield Evidence(seen=_told(seen))


def _told(seen: Crashing) -> str:
    killed = seen.before + seen.after + seen.between
    told = f"killed {killed} times with {seen.rows} rows: {seen.before} came up before it, "
    told += f"{seen.after} after it"
    return told + (f", {seen.between} in between" if seen.between else "")


def _violation(revision: Revision, harm: Harm) -> Violation:
    name, because, fix = WORDS[harm.kind]
    first, *others = harm.points
    points = "point" if len(others) == 1 else "points"
    again = f"; so too at {len(others)} other {points}" if others else ""
    line = first.statement.line if first.statement else None
    return Violation(
        where=f"{revision.id}: {name}",
        found=f"the server was killed {first}, and after its recovery {harm.found}{again}",
        because=because,
        fix=fix,
        location=Location(file=revision.path, line=line),
        revision=revision.id,
    )
