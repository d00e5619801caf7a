"""
The generated parts of the pages in ``docs/``: they say what the migrated database says.

``python docs/generate.py`` mends a page that fails here.
"""

import dataclasses
from pathlib import Path

import pytest

from schemaproof.catalog import Catalog
from schemaproof.history import History
from schemaproof.project import Project
from tests.docs_pages import ROOT, generator

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


generate = generator()
EACH_PAGE = pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.stem) for page in generate.pages()]
)


@pytest.fixture
def facts(schema_catalog: Catalog, schema_project: Project):
    """
    What the pages are generated from, on the server of this run.
    """
    return generate.Facts(catalog=schema_catalog, project=schema_project)


@EACH_PAGE
def test_page_is_fresh(page: Path, facts):
    """What is generated is what the migrated database, the models and the checks say now."""
    found = page.read_text("utf-8")
    needed = generate.regenerate(found, facts)

    assert found == needed, generate.first_difference(page, found, needed)


@pytest.mark.parametrize("name", HEADINGS)
def test_page_has_its_sections(name: str):
    """Each page has exactly the sections that the checklist names, in its order."""
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")

    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [*HEADINGS[name]]


def test_changed_column_makes_a_page_stale(facts):
    """A page that shows a column otherwise than the catalogue has it is named with that line."""
    page = ROOT / "docs" / "DATABASE_SCHEMA.md"
    catalog = facts.catalog
    columns = tuple(
        dataclasses.replace(column, comment="Something else")
        if (column.table.name, column.name) == ("images", "width")
        else column
        for column in catalog.columns
    )
    changed = dataclasses.replace(facts, catalog=dataclasses.replace(catalog, columns=columns))
    found = page.read_text("utf-8")

    told = generate.first_difference(page, found, generate.regenerate(found, changed))

    number = int(told.split(":")[1].split(" ")[0])
    assert "`width`" in found.splitlines()[number - 1]
    assert "Something else" in told


def test_every_revision_is_listed(facts, schema_history: History):
    """The list of revisions holds each revision once, oldest first."""
    lines = [*generate.PARTS["revisions"](facts)]

    listed = [line.split("`")[1] for line in lines if "`" in line]
    assert listed == [revision.id for revision in schema_history.revisions]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<!-- generated: tabels -->\n<!-- end -->", id="unknown-name"),
        pytest.param("<!-- generated: tables -->\n", id="no-end"),
        pytest.param("<!-- end -->", id="no-begin"),
    ],
)
def test_broken_markers_are_refused(text: str, facts):
    """A marker without its pair, or with a name that means nothing, is an error."""
    with pytest.raises(generate.BadMarkers):
        generate.regenerate(text, facts)
