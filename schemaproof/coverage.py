"""
List what the subject promises and nobody put to the test, so that silence is not taken for proof.

A subject that promises nothing at all is refused: what says "proved" of it has seen nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.catalog import (
    Catalog,
    CatalogObject,
    Column,
    Constraint,
    Extension,
    ForeignKey,
    Function,
    Index,
    Policy,
    QualifiedName,
    Rule,
    Schema,
    Statistics,
    Table,
    Trigger,
    View,
)  # fmt: skip
from schemaproof.checks import Check, all_checks
from schemaproof.errors import SchemaproofError
from schemaproof.history import MigrationFailed, application_tables, version_tables
from schemaproof.loading import ModelsBroken
from schemaproof.project import Project
from schemaproof.promises import offered_tables
from schemaproof.report import NotCovered
from schemaproof.subject import Subject


class NothingThere(SchemaproofError):
    """Neither the models nor the migrations hold anything."""

    def __init__(self, project: Project, revisions: int) -> None:
        super().__init__(
            f"needs a table; found none in {project.metadata_name} and none after the {revisions} "
            f"revisions of {project.alembic}: let 'metadata' in [tool.schemaproof] name a module "
            "that imports the models, since a Base knows only those that were imported"
        )


def refuse_nothing(subject: Subject) -> None:
    """
    Refuse a subject of which there is nothing to prove.

    Raises:
        NothingThere: Its models and its migrations are empty.
    """
    try:
        # The database is only asked where there is no model; env.py may import them after all.
        is_empty = not subject.project.metadata.tables and _is_empty(subject.catalog)
        if is_empty and not subject.project.metadata.tables:
            raise NothingThere(subject.project, len(subject.history.revisions))
    except (ModelsBroken, MigrationFailed):
        return  # a violation says so


def _is_empty(catalog: Catalog) -> bool:
    bookkeeping = version_tables(catalog)
    return all(
        isinstance(each, Extension | Schema)
        or each.home in bookkeeping
        or getattr(each, "qualified_name", None) in bookkeeping
        for each in catalog
    )


def not_covered(subject: Subject, checks: Iterable[Check]) -> Iterator[NotCovered]:
    """
    Yield what none of ``checks`` makes a claim about.
    """
    checks = tuple(checks)
    chosen = {check.name for check in checks}
    for check in all_checks():
        if check.is_for_staging:
            continue  # there is nothing of it to cover on a throwaway database
        if check.name not in chosen:
            thorough = "; it runs with --thorough" if check.is_thorough else ""
            yield NotCovered(where=check.name, why=f"not chosen{thorough}")
        elif check.target == "previous" and subject.base is None:
            yield NotCovered(where=check.name, why="needs --base REF, the release before")
    try:
        yield from _left_out(subject)
        catalog = subject.catalog
    except MigrationFailed as error:
        if error.obstacle:  # else a violation says so already
            yield from _unreached(subject)
        return
    bookkeeping, offered = version_tables(catalog), _offered(subject, checks)
    for each in catalog:
        if each.home not in bookkeeping:
            reasons = [*_untried(each), *(() if _is_offered(each, offered) else _unoffered(each))]
            yield from (NotCovered(where=_named(each), why=why) for why in reasons)
    for table in catalog.tables:
        if table.qualified_name not in bookkeeping:
            columns = catalog.columns_of(table.qualified_name)
            is_offered = _is_offered(table, offered)
            reasons = [*_unread(columns), *(() if is_offered else _unfilled(columns))]
            yield from (NotCovered(where=_named(table), why=why) for why in reasons)


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


def _untried(each: CatalogObject) -> Iterator[str]:
    match each:
        case ForeignKey():
            # Nobody chooses NO ACTION: it is what a key does unless told otherwise.
            if each.on_update != "NO ACTION":
                yield f"no check tries ON UPDATE {each.on_update}"
        case Function() | Policy() | Rule() | Trigger() | View():
            # No declaration says what it must do, so that no check could know what to expect.
            yield f"no check knows what the {each.kind} must do"
        case Statistics(has_expressions=True):
            # They are kept as rows of pg_statistic, which no posed table can be given.
            yield "no check plans with what ANALYZE finds of expressions"


def _offered(subject: Subject, checks: Iterable[Check]) -> frozenset[QualifiedName]:
    if any(check.family == "constraints" for check in checks):
        return offered_tables(subject)
    # None was chosen, and that has been said: what env.py leaves to others need not be asked.
    return frozenset(application_tables(subject.catalog))


def _is_offered(each: CatalogObject, offered: frozenset[QualifiedName]) -> bool:
    # A partition is offered what its table is.
    if isinstance(each, Table):
        return each.qualified_name in offered or each.partition_bound is not None
    return each.home in offered or bool(getattr(each, "is_inherited", False))


def _unoffered(each: CatalogObject) -> Iterator[str]:
    match each:
        case ForeignKey():
            return
        case Constraint():
            yield f"no check offers the {each.kind} rows to take and to refuse"
        case Index():
            if each.is_unique and each.constraint is None:
                yield "no check offers the unique index rows to take and to refuse"


def _unfilled(columns: Iterable[Column]) -> Iterator[str]:
    required = [column.name for column in columns if not column.is_nullable]
    if required:
        yield f"no check offers a NULL to {', '.join(required)}"


def _unread(columns: Iterable[Column]) -> Iterator[str]:
    filled = [column.name for column in columns if column.default or column.generated]
    if filled:
        yield f"no check reads the defaults of {', '.join(filled)}"


def _named(each: CatalogObject) -> str:
    return each.identity.removeprefix("public.")
