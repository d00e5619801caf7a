"""
The files and pages that the checklist promises are there, with what it says is in them.
"""

import re
from pathlib import Path

import pytest

from tests.fix_alembic import ROOT

# What the checklist calls a file -> where it is.
PLACES = {
    "backend/models/__init__.py": ["models/__init__.py"],
    "backend/models/jobs.py": ["models/validation_job.py", "models/export_job.py"],
    "backend/schemas/projects.py": ["schemas/projects.py"],
    "backend/schemas/jobs.py": ["schemas/jobs.py"],
    "backend/schemas/crawl_jobs.py": ["schemas/crawl_jobs.py"],
    "backend/schemas/profile.py": ["schemas/profiles.py"],
    "alembic.ini": ["alembic.ini"],
    "alembic/env.py": ["migrations/env.py"],
    "alembic/script.py.mako": ["migrations/script.py.mako"],
    "alembic/README.md": ["migrations/README.md"],
    "alembic/versions/001_initial_schema.py": [
        "migrations/versions/2024-11-14-0900_initial_schema.py"
    ],
    "docs/DATABASE_SCHEMA.md": ["docs/DATABASE_SCHEMA.md"],
    "docs/SCHEMA_DECISIONS.md": ["docs/SCHEMA_DECISIONS.md"],
    "docs/MIGRATION_GUIDE.md": ["docs/MIGRATION_GUIDE.md"],
    "docs/IMPLEMENTATION_SUMMARY.md": ["docs/IMPLEMENTATION_SUMMARY.md"],
    "docs/QUICK_REFERENCE.md": ["docs/QUICK_REFERENCE.md"],
}
HEADINGS = {
    "docs/DATABASE_SCHEMA.md": [
        "Complete schema overview",
        "ER diagram",
        "Table specifications",
        "Index strategy",
        "Query optimization tips",
        "Backup & recovery",
    ],
    "docs/SCHEMA_DECISIONS.md": [
        "Decision rationale",
        "Project vs Dataset analysis",
        "Implementation plan",
        "Risk assessment",
        "Future enhancements",
    ],
    "docs/MIGRATION_GUIDE.md": [
        "Prerequisites",
        "Step-by-step instructions",
        "Verification procedures",
        "Troubleshooting guide",
        "Performance monitoring",
        "Deployment checklist",
    ],
    "docs/IMPLEMENTATION_SUMMARY.md": [
        "Executive summary",
        "Objectives achieved",
        "Files created",
        "Key changes",
        "Testing checklist",
        "Next steps",
    ],
    "docs/QUICK_REFERENCE.md": [
        "Schema overview",
        "Tables at a glance",
        "Foreign keys",
        "Indexes",
        "Common queries",
        "SQLAlchemy usage",
    ],
    "migrations/README.md": [
        "Overview",
        "Directory structure",
        "Common commands",
        "Initial migration details",
        "Best practices",
        "Troubleshooting",
    ],
}
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def sections(page: str) -> dict[str, str]:
    """Return the text of each section of a page, by heading."""
    parts = re.split(r"^## +(.+?)\s*$", (ROOT / page).read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("promised", PLACES)
def test_file_exists(promised: str):
    """The file is where the decision on paths says."""
    assert all((ROOT / place).is_file() for place in PLACES[promised])


@pytest.mark.parametrize(
    ("page", "heading"),
    [
        pytest.param(page, heading, id=f"{Path(page).stem}-{heading.replace(' ', '-')}")
        for page, headings in HEADINGS.items()
        for heading in headings
    ],
)
def test_page_has_the_section(page: str, heading: str):
    """The page has a section of that name, and the section says something."""
    found = sections(page)

    assert heading in found
    assert len(found[heading].split()) > 10


def test_there_are_six_pages():
    """Five pages in ``docs`` and one beside the migrations."""
    assert len(HEADINGS) == 6
    assert all((ROOT / page).read_text().startswith("# ") for page in HEADINGS)


@pytest.mark.parametrize("page", HEADINGS)
def test_links_lead_somewhere(page: str):
    """Every link of the page to a file of this project leads to one."""
    file = ROOT / page
    links = LINK.findall(file.read_text())

    assert [link for link in links if not (file.parent / link).exists()] == []


def test_decision_on_dataset_is_documented():
    """The page on decisions says what became of Dataset."""
    text = " ".join(sections("docs/SCHEMA_DECISIONS.md").values())

    assert "Dataset" in text
    assert "deprecate" in text.lower()
