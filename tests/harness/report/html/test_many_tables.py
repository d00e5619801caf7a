"""
With many tables a section is made when it is opened, and claims are shown a part at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemaproof.catalog import snapshot
from schemaproof.report import Background, Place, Report
from schemaproof.report.html import to_html
from schemaproof.report.html.diagram import MOST_TABLES
from schemaproof.report.html.page import MOST_MADE
from tests.harness.fix_own_databases import built
from tests.harness.report.html.reports import END, ROOT, proof, quoted

MANY = MOST_TABLES + 10
FILLED = [f"column_{number}" for number in range(5)]


def _statements() -> Iterator[str]:
    columns = ", ".join(f"{name} int NOT NULL" for name in FILLED)
    for number in range(MANY):
        yield f"CREATE TABLE t{number:03d} (id bigint PRIMARY KEY, {columns})"
    yield f"CREATE TABLE {quoted(END)} (id bigint PRIMARY KEY)"


@pytest.fixture(scope="module")
def page_file(own_databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A page of more tables than are made at once.
    """
    template = built(own_databases, "many", *_statements())
    with own_databases.copied(template) as copy, copy.connect() as connection:
        catalog = snapshot(connection)
    proofs, places = [], {}
    for column in catalog.columns:
        found = proof("constraints/not-null-refuses", f"{column.table.name}.{column.name}")
        proofs.append(found)
        places[f"{found.claim}"] = Place(
            table=column.table, kind=column.kind, identity=column.identity
        )
    background = Background(name="many", catalog=catalog, places=places)
    file = tmp_path_factory.mktemp("many") / "page.html"
    report = Report(proofs=tuple(proofs), background=background)
    file.write_text(to_html(report, root=ROOT), encoding="utf-8")
    return file


@pytest.fixture
def page(browser: Any, page_file: Path) -> Iterator[Any]:
    """
    That page, in a browser that has nothing to complain of.
    """
    told: list[str] = []
    opened = browser.new_page()
    opened.on("console", lambda message: told.append(message.text))
    opened.on("pageerror", lambda error: told.append(f"{error}"))
    opened.goto(page_file.as_uri())
    yield opened
    opened.close()
    assert told == []


def test_there_is_no_picture_that_nobody_could_read(page):
    assert MANY > MOST_TABLES > MOST_MADE
    assert page.locator("#diagram").count() == 0
    assert page.locator(".contents a[href='#diagram']").count() == 0


def test_a_section_is_made_when_it_is_opened(page):
    assert page.locator(".table h4").count() == 0

    page.locator("#table-t042 > summary").click()

    page.locator("#table-t042 h4").first.wait_for()
    assert FILLED[4] in page.locator("#table-t042").inner_text()
    assert page.locator(".table:has(h4)").count() == 1


def test_a_section_is_made_for_an_address(page):
    page.goto(f"{page.url}#table-t077")

    page.locator("#table-t077 h4").first.wait_for()


def test_a_section_of_an_evil_name_is_made_of_text(page):
    page.locator(".table", has_text=END).locator("summary").click()

    page.locator(".table[open] h4").first.wait_for()
    assert page.evaluate("typeof evil") == "undefined"
    assert page.locator(".table script:not(.later)").count() == 0


def test_a_table_is_found_by_a_part_of_its_name(page):
    page.locator("#find").fill("T04")

    assert page.locator(".table:visible").count() == 10
    assert page.inner_text("#told") == f"10 of {MANY + 1} tables"


def test_claims_are_shown_a_part_at_a_time(page):
    claims = page.locator(".claims > li:has(.icon)")
    page.locator(".check > summary").first.click()
    page.get_by_text("Show 200 more of").wait_for()
    assert claims.count() == 200

    page.get_by_text("Show 200 more of").click()

    assert claims.count() == 400
