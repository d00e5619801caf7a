"""
Decide which pages a project has, and what must be in them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from schemaproof.errors import SchemaproofError
from schemaproof.needing import schema_needed
from schemaproof.pages.facts import Facts
from schemaproof.pages.marks import BadMarks, has_marks, regenerate
from schemaproof.pages.page import Page
from schemaproof.pages.parts import parts_of
from schemaproof.project import Project
from schemaproof.runner import Order, opened

# Every project has these; what is around their marks is the project's to change.
USUAL = ("CHECKLIST.md", "DATABASE_SCHEMA.md", "MIGRATION_GUIDE.md", "QUICK_REFERENCE.md")


def derived(project: Project, order: Order) -> tuple[Page, ...]:
    """
    Return the pages of a project, as they are and as they must be.

    Args:
        project: The subject.
        order: On which server.

    Raises:
        SchemaproofError: There is no server, the project's code raises, or a page is at fault.
    """
    with opened(project, order) as subject:
        subject.has_rows = subject.watches_locks = False
        with schema_needed("to describe"):
            facts = Facts(catalog=subject.catalog, project=project)
            return derived_from(facts)


def derived_from(facts: Facts) -> tuple[Page, ...]:
    """
    Return the pages of a project, by their names.

    Raises:
        BadMarks: A page's marks do not pair up, or name no part; the message names the page.
    """
    parts = parts_of(facts.project)

    @functools.cache
    def made(name: str) -> str:
        return "\n".join(parts[name](facts))

    def page(file: Path, found: str | None, text: str) -> Page:
        name = _name(file, facts.project)
        try:
            return Page(
                file=file, name=name, found=found, needed=regenerate(text, parts.keys(), made)
            )
        except BadMarks as error:
            raise BadMarks(f"{name} {error}") from error

    return tuple(page(*each) for each in _sources(facts))


def _sources(facts: Facts) -> Iterator[tuple[Path, str | None, str]]:
    folder = facts.project.docs
    there = {
        file
        for file in folder.rglob("*.md")
        if not any(part.startswith(".") for part in file.relative_to(folder).parts)
    }
    for file in sorted({*there, *(folder / name for name in USUAL)}):
        found = _read(file, facts.project) if file in there else None
        text = _template(file.name, facts) if found is None else found
        # What has no marks is somebody's own.
        if has_marks(text):
            yield file, found, text


def _template(name: str, facts: Facts) -> str:
    text = resources.files(__package__).joinpath("templates", name).read_text("utf-8")
    if facts.catalog.enum_types and name == "DATABASE_SCHEMA.md":
        text += "\n## Enumerations\n\n<!-- generated: enumerations -->\n<!-- end -->\n"
    return text


def _read(file: Path, project: Project) -> str:
    try:
        # Not read_text(), which would change the ends of its lines.
        return file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaproofError(f"cannot read {_name(file, project)} as UTF-8: {error}") from error


def _name(file: Path, project: Project) -> str:
    is_inside = file.is_relative_to(project.root)
    return (file.relative_to(project.root) if is_inside else file).as_posix()
