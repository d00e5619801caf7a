"""
Let eight deployers upgrade one database at the same time.

Where every instance of an application migrates before it starts, or a pipeline runs twice, several
read "nothing applied yet" and apply the same revisions. One must do it, the others wait their turn
or find nothing to do.

Source: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemaproof.catalog import Catalog, difference, snapshot
from schemaproof.checks.check import Evidence, Location, Violation, Yielded, check
from schemaproof.history import History, ground, template_before
from schemaproof.postgres import Database, Databases
from schemaproof.project import Project
from schemaproof.trials.deployers import Deployer, deploy_at_once

LONGEST = 80  # characters of a statement
SHOWN = 2  # errors, and then how many more
BECAUSE = (
    "a deploy that starts several instances, each of which migrates first, ends with errors that a "
    "human must look into, and with instances that do not start"
)
FIX = (
    "Take an advisory lock in env.py, on the connection that migrates and before "
    "context.begin_transaction(), and wait for it with pg_try_advisory_lock() in a loop."
)


@check("history/deployers-take-turns", thorough=True)
def deployers_take_turns(
    project: Project, databases: Databases, catalog: Catalog
) -> Iterator[Yielded]:
    history = project.history
    for start, template in _starts(history, databases):
        with databases.clone(template) as database:
            deployers = deploy_at_once(project, database)
            failed = [one for one in deployers if one.kind != "done"]
            if failed:
                yield _failure(start, deployers, failed, history)
                continue
            with database.connect(autocommit=True) as connection:
                left = difference(catalog, snapshot(connection))
        if left:
            yield _difference(start, [one.identity for one in left], history)
        else:
            yield Evidence(seen=f"{start}: {_applied(deployers)}")


def _starts(history: History, databases: Databases) -> Iterator[tuple[str, Database | None]]:
    if history.revisions:
        yield "base", ground(history, databases)
    if len(history.revisions) > 1:
        last = history.revisions[-1]
        yield f"before {last.id}", template_before(last, history, databases)


def _applied(deployers: Sequence[Deployer]) -> str:
    busy = sum(one.steps > 0 for one in deployers)
    return f"{busy} of {len(deployers)} applied revisions, the others found nothing to do"


def _failure(
    start: str, deployers: Sequence[Deployer], failed: Sequence[Deployer], history: History
) -> Violation:
    told = Counter(_told(one, history) for one in failed).most_common()
    words = "; ".join(f"{count} with {text}" for text, count in told[:SHOWN])
    more = f"; {len(told) - SHOWN} other errors" if len(told) > SHOWN else ""
    return Violation(
        where=start,
        found=f"of {len(deployers)} deployers that started together, {len(failed)} did not end "
        f"well: {words}{more}",
        because=BECAUSE,
        fix=FIX,
        location=_env(history),
    )


def _told(one: Deployer, history: History) -> str:
    if one.kind == "hung":
        return "an endless wait"
    ids = {revision.path: revision.id for revision in history.revisions}
    where = f" in {ids[one.path]}" if one.path in ids else ""
    # SQLAlchemy doubles the per cent signs for the driver.
    sent = " ".join((one.statement or "").replace("%%", "%").split())
    statement = f" on {sent[:LONGEST]}" if sent else ""
    return f"{one.told}{statement}{where}"


def _difference(start: str, names: Sequence[str], history: History) -> Violation:
    return Violation(
        where=start,
        found=f"all deployers that started together ended well, and {', '.join(names[:SHOWN])} "
        f"{'is' if len(names) == 1 else 'are'} not as one deployer alone leaves it",
        because="the database is at no revision that anybody has tested",
        fix=FIX,
        location=_env(history),
    )


def _env(history: History) -> Location:
    return Location(file=Path(history.scripts.dir).absolute() / "env.py")
