"""
The generated parts of the pages in ``docs/``: they say what the migrated database says.

``schemaproof docs`` mends a page that fails here.
"""

import dataclasses

import pytest

from schemaproof.catalog import Catalog
from schemaproof.history import History
from schemaproof.pages import Facts, Page, derived_from, parts_of
from schemaproof.project import Project
from tests.docs_pages import ROOT

HEADINGS = {
    "DATABASE_SCHEMA": (
        *("Complete schema overview", "ER diagram", "Table specifications", "Index strategy"),
        *("Query optimization tips", "Backup & recovery"),
    ),
    "SCHEMA_DECISIONS": (
        *("Decision rationale", "Project vs Dataset analysis", "Implementation plan"),
        *("Risk assessment", "Future enhancements"),
    ),
    "MIGRATION_GUIDE": (
        *("Prerequisites", "Step-by-step instructions", "Verification procedures"),
        *("Troubleshooting guide", "Performance monitoring", "Deployment checklist"),
    ),
    "IMPLEMENTATION_SUMMARY": (
        *("Executive summary", "Objectives achieved", "Files created", "Key changes"),
        *("Testing checklist", "Next steps"),
    ),
    "QUICK_REFERENCE": (
        *("Schema overview", "Tables at a glance", "Foreign keys", "Indexes", "Common queries"),
        "SQLAlchemy usage",
    ),
}

# Every page of this folder that has marks.
GENERATED = (
    *("docs/CATALOG.md", "docs/DATABASE_SCHEMA.md", "docs/IMPLEMENTATION_SUMMARY.md"),
    *("docs/MIGRATION_GUIDE.md", "docs/QUICK_REFERENCE.md", "docs/README.md", "docs/REFERENCE.md"),
    "docs/SCHEMA_DECISIONS.md",
)


@pytest.fixture
def facts(schema_catalog: Catalog, schema_project: Project) -> Facts:
    """
    What the pages are generated from, on the server of this run.
    """
    return Facts(catalog=schema_catalog, project=schema_project)


def page_of(facts: Facts, name: str) -> Page:
    return next(page for page in derived_from(facts) if page.name == name)


@pytest.mark.parametrize("name", GENERATED)
def test_page_is_fresh(name: str, facts: Facts):
    """What is generated is what the migrated database, the models and the checks say now."""
    page = page_of(facts, name)

    assert not page.is_stale, page.told


def test_no_other_page_is_generated(facts: Facts):
    """No page has marks that the list above does not have, and none of the list is missing."""
    assert tuple(page.name for page in derived_from(facts)) == GENERATED


@pytest.mark.parametrize("name", HEADINGS)
def test_page_has_its_sections(name: str):
    """Each page has exactly the sections that the checklist names, in its order."""
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")

    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [*HEADINGS[name]]


def test_changed_column_makes_a_page_stale(facts: Facts):
    """A page that shows a column otherwise than the catalogue has it is named with that line."""
    catalog = facts.catalog
    columns = tuple(
        dataclasses.replace(column, comment="Something else")
        if (column.table.name, column.name) == ("images", "width")
        else column
        for column in catalog.columns
    )
    changed = dataclasses.replace(facts, catalog=dataclasses.replace(catalog, columns=columns))

    page = page_of(changed, "docs/DATABASE_SCHEMA.md")

    number = int(page.told.split(":")[1])
    assert page.is_stale
    assert "`width`" in (ROOT / page.name).read_text("utf-8").splitlines()[number - 1]
    assert "Something else" in page.told


def test_every_revision_is_listed(facts: Facts, schema_history: History):
    """The list of revisions holds each revision once, oldest first."""
    lines = [*parts_of(facts.project)["revisions"](facts)]

    listed = [line.split("`")[1] for line in lines if "`" in line]
    assert listed == [revision.id for revision in schema_history.revisions]
