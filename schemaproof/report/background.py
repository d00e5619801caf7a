"""
Hold what a report is about, for readers who want to see it and not the verdict alone.

Looking it up takes time, so it is there only where somebody asked for a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.history import Revision
from schemaproof.scaling import Growth


@dataclass(frozen=True, kw_only=True)
class Place:
    """
    Where in the catalogue a claim's object is.

    Attributes:
        table: The table that it belongs to, or is.
        kind: What it is: ``foreign key``, ``column``, ``schema class``.
        identity: Its full name, as the catalogue has it.
    """

    table: QualifiedName
    kind: str
    identity: str


@dataclass(frozen=True, kw_only=True)
class Background:
    """
    What a report is about.

    Attributes:
        name: What people call the project.
        command: What makes such a report again; ``--only CHECK`` may follow.
        catalog: What the database contains; None if there is none to look at.
        places: For each claim by its name, where its object is, if it is a table's.
        revisions: The files of the history, each after those that it builds on.
        growths: How each registered query is planned as its tables grow.
        checklist: The text of the project's checklist; None if it has none.
        outcomes: The JUnit file of the last run of its tests; None if there is none.
    """

    name: str
    command: str = "schemaproof verify"
    catalog: Catalog | None = None
    places: Mapping[str, Place] = field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()
    growths: tuple[Growth, ...] = ()
    checklist: str | None = None
    outcomes: str | None = None
