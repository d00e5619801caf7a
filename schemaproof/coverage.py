"""
List what the subject promises and nobody put to the test, so that silence is not taken for proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.catalog import (
    CatalogObject,
    Column,
    Constraint,
    ForeignKey,
    Function,
    Index,
    Policy,
    Rule,
    Trigger,
    View,
)  # fmt: skip
from schemaproof.checks import Check, all_checks
from schemaproof.history import MigrationFailed, version_tables
from schemaproof.project import Project
from schemaproof.report import NotCovered
from schemaproof.subject import Subject


def not_covered(subject: Subject, checks: Iterable[Check]) -> Iterator[NotCovered]:
    """
    Yield what none of ``checks`` makes a claim about.
    """
    chosen = {check.name for check in checks}
    for check in all_checks():
        if check.name not in chosen:
            thorough = "; it runs with --thorough" if check.is_thorough else ""
            yield NotCovered(where=check.name, why=f"not chosen{thorough}")
        elif check.target == "previous" and subject.base is None:
            yield NotCovered(where=check.name, why="needs --base REF, the release before")
    yield from _unread_keys(subject.project)
    try:
        yield from _left_out(subject)
        catalog = subject.catalog
    except MigrationFailed as error:
        if error.obstacle:  # else a violation says so already
            yield from _unreached(subject)
        return
    bookkeeping = version_tables(catalog)
    for each in catalog:
        if each.home not in bookkeeping:
            yield from (NotCovered(where=_named(each), why=why) for why in _untried(each))
    for table in catalog.tables:
        if table.qualified_name not in bookkeeping:
            columns = catalog.columns_of(table.qualified_name)
            yield from (NotCovered(where=_named(table), why=why) for why in _unfilled(columns))


def _left_out(subject: Subject) -> Iterator[NotCovered]:
    floor, deployed = subject.project.downgrade_floor, subject.project.deployed
    for revision in sorted(subject.history.irreversible):
        yield NotCovered(where=revision, why=f"not taken down: downgrade_floor is {floor}")
    for revision in sorted(subject.history.deployed):
        yield NotCovered(where=revision, why=f"not linted: deployed is {deployed}")


def _unreached(subject: Subject) -> Iterator[NotCovered]:
    for name, error in sorted(subject.round_trips.unreached.items()):
        why = f"revision {error.revision} cannot be run: {error.obstacle or error.told}"
        if error.revision != name:
            why = f"it cannot be reached, because {why}"
        yield NotCovered(where=name, why=why)


def _unread_keys(project: Project) -> Iterator[NotCovered]:
    if project.queries_name is not None:
        yield NotCovered(where=project.queries_name, why="no check explains the queries")


def _untried(each: CatalogObject) -> Iterator[str]:
    match each:
        case ForeignKey():
            # Nobody chooses NO ACTION: it is what a key does unless told otherwise.
            if each.on_update != "NO ACTION":
                yield f"no check tries ON UPDATE {each.on_update}"
        case Constraint():
            yield f"no check offers the {each.kind} rows to take and to refuse"
        case Index():
            if each.is_unique and each.constraint is None:
                yield "no check offers the unique index rows to take and to refuse"
        case Function() | Policy() | Rule() | Trigger() | View():
            # No declaration says what it must do, so that no check could know what to expect.
            yield f"no check knows what the {each.kind} must do"


def _unfilled(columns: Iterable[Column]) -> Iterator[str]:
    required = [column.name for column in columns if not column.is_nullable]
    filled = [column.name for column in columns if column.default or column.generated]
    if required:
        yield f"no check offers a NULL to {', '.join(required)}"
    if filled:
        yield f"no check reads the defaults of {', '.join(filled)}"


def _named(each: CatalogObject) -> str:
    return each.identity.removeprefix("public.")
