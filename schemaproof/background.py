"""
Look up what a report is about: the catalogue, the history, the growth of queries.

A subject that is broken has less of a background, and a report of it says why.
"""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Mapper, RelationshipProperty

from schemaproof.alignment import Alignment
from schemaproof.catalog import Catalog, CatalogObject, QualifiedName
from schemaproof.checks import Check
from schemaproof.configuration import BadConfiguration
from schemaproof.errors import SchemaproofError
from schemaproof.history import MigrationFailed, Revision
from schemaproof.loading import ModelsBroken
from schemaproof.project import Project
from schemaproof.report import Background, Place
from schemaproof.scaling import Growth, outlined
from schemaproof.subject import Live, Subject

BROKEN = (MigrationFailed, ModelsBroken)


def refuse_unreadable(project: Project) -> None:
    """
    See before a run that what a page needs beside it can be read.

    Raises:
        BadConfiguration: It cannot.
    """
    _text("checklist", project.checklist)


def background_of(
    subject: Subject,
    *,
    checks: Iterable[Check],
    objects: Mapping[str, Any],
    server: str,
    command: str,
) -> Background:
    """
    Return what a report of a subject is about.

    Args:
        subject: The subject.
        checks: The checks that were run; what none of them needed is not made for the page's sake.
        objects: For each claim by its name, what it is about.
        server: What the subject is proved on, for people.
        command: What makes the report again.
    """
    plans = any("planning" in check.parts for check in checks)
    return Background(
        name=subject.project.root.name,
        command=command,
        catalog=_catalog(subject),
        places=_places(objects),
        revisions=_revisions(subject),
        growths=_growths(subject, server) if plans else (),
        checklist=_text("checklist", subject.project.checklist),
        outcomes=_outcomes(subject.project.checklist_outcomes),
    )


def live_background_of(live: Live, objects: Mapping[str, Any]) -> Background:
    """
    Return what a report of a live database is about: what was read of it, and no more.

    Args:
        live: The project and the database, whose server may be gone.
        objects: As for `background_of`.
    """
    return Background(
        name=live.project.root.name,
        command="schemaproof staging URL",
        catalog=live.made("catalog"),
        places=_places(objects),
        revisions=_revisions(live),
    )


def command_of(server: str, pg_version: int | None) -> str:
    """
    Return the command that proves the same on such a server; no password is in it.
    """
    words = ["schemaproof", "verify"]
    if "://" in server:
        words += ["--server", "URL"]
    elif server != "embedded":
        words += ["--server", server]
    words += ["--pg-version", str(pg_version)] if pg_version else []
    return shlex.join(words)


def place_of(each: object) -> Place | None:
    """
    Return where an object of a claim is; None if it is in no table.
    """
    match each:
        case QualifiedName():
            return Place(table=each, kind="table", identity=f"{each}")
        case CatalogObject(home=QualifiedName() as home):
            return Place(table=home, kind=each.kind, identity=each.identity)
        case RelationshipProperty():
            name = f"{each.parent.class_.__name__}.{each.key}"
            return _mapped(each.parent, "relationship", name)
        case Alignment():
            return _mapped(each.mapper, "schema class", f"{each}")
    return None


def _mapped(mapper: Mapper[Any], kind: str, identity: str) -> Place | None:
    table = mapper.local_table
    if not isinstance(table, Table):
        return None
    # Without a schema it is wherever the search path leads, which is public as a rule.
    name = QualifiedName(table.schema or "public", table.name)
    return Place(table=name, kind=kind, identity=identity)


def _places(objects: Mapping[str, Any]) -> dict[str, Place]:
    return {name: place for name, each in objects.items() if (place := place_of(each))}


def _catalog(subject: Subject) -> Catalog | None:
    try:
        return subject.catalog
    except BROKEN:
        return None


def _revisions(subject: Subject) -> tuple[Revision, ...]:
    try:
        return tuple(subject.history.revisions)
    except BROKEN:
        return ()


def _growths(subject: Subject, server: str) -> tuple[Growth, ...]:
    with contextlib.suppress(*BROKEN, SchemaproofError):
        return tuple(outlined(subject.planning, subject.workload.queries, server=server))
    return ()


def _outcomes(file: Path | None) -> str | None:
    # Before the first run of the tests it is not there yet.
    return _text("checklist_outcomes", file) if file is not None and file.is_file() else None


def _text(key: str, file: Path | None) -> str | None:
    try:
        return None if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"{key!r} names {file}, which cannot be read: {error}") from error
