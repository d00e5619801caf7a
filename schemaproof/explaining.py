"""
Bring up a server, plan one query on it at several sizes, and leave nothing behind.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemaproof.catalog import Catalog
from schemaproof.errors import SchemaproofError
from schemaproof.needing import schema_needed
from schemaproof.plans import BadStatistics, from_text
from schemaproof.project import Project
from schemaproof.runner import Order, environment, opened
from schemaproof.scaling import Growth, Known, Planning, Terms, Told, as_known, grow
from schemaproof.subject import Subject
from schemaproof.workload import Query, Workload


class UnknownIndex(SchemaproofError):
    """An index was named that the schema does not have."""


def registered(project: Project) -> Workload:
    """
    Return the queries that a project registers.

    Raises:
        NoSchema: Its models raise.
        BadConfiguration: What its configuration names is something else.
    """
    with schema_needed("to plan on"):
        return project.workload


def explain_plan(
    project: Project, order: Order, query: Query, terms: Terms, told: Told | None = None
) -> Growth:
    """
    Plan a query on what the project's migrations make.

    Args:
        project: The subject.
        order: On which server.
        query: The query.
        terms: At which sizes, and how.
        told: Told of each size before it is looked at.

    Raises:
        SchemaproofError: Something impossible was asked for.
    """
    with _planning(project, order, terms) as (subject, planning):
        server = environment(subject)["postgresql"]
        return grow(planning, query, terms, server=server, told=told)


def explain_as_known(
    project: Project, order: Order, query: Query, terms: Terms, file: Path
) -> Growth:
    """
    Plan a query on what the project's migrations make, as large as a real database.

    Args:
        project: The subject.
        order: On which server.
        query: The query.
        terms: How; its sizes do not matter.
        file: What ``schemaproof staging URL --export-statistics`` has written.

    Raises:
        SchemaproofError: Something impossible was asked for.
    """
    try:
        statistics = from_text(file.read_text(encoding="utf-8"), f"{file}")
    except (OSError, UnicodeDecodeError) as error:
        raise BadStatistics(f"needs a file of exported statistics; {file}: {error}") from error
    with _planning(project, order, terms) as (subject, planning):
        if not {table.qualified_name for table in subject.catalog.tables} & {*statistics}:
            raise BadStatistics(
                f"needs statistics of this schema's tables; {file} has none of them"
            )
        server = environment(subject)["postgresql"]
        return as_known(
            planning, query, terms, Known(source=f"{file}", statistics=statistics), server=server
        )


@contextmanager
def _planning(project: Project, order: Order, terms: Terms) -> Iterator[tuple[Subject, Planning]]:
    with opened(project, order) as subject:
        # The history is walked for its end alone.
        subject.has_rows = subject.watches_locks = False
        with schema_needed("to plan on"):
            _check_indexes(subject.catalog, terms.without)
            planning = subject.planning
        yield subject, planning


def _check_indexes(catalog: Catalog, names: tuple[str, ...]) -> None:
    bare = {index.name for index in catalog.indexes}
    known = bare | {str(index.qualified_name) for index in catalog.indexes}
    for name in names:
        if name not in known:
            nearest = ", ".join(difflib.get_close_matches(name, sorted(bare), n=3))
            raise UnknownIndex(
                f"needs the name of an index to plan without; found {name!r}"
                f"{f' (is one of these meant: {nearest}?)' if nearest else ''}"
            )
