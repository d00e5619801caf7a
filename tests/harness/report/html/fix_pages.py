"""
Pages of reports, and a browser that opens them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemaproof.report.html import to_html
from tests.harness.report.html.reports import (
    ROOT,
    hostile_catalog,
    hostile_report,
    tree_catalog,
    tree_report,
)


@pytest.fixture(scope="module")
def pages(own_databases, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """
    A page of plain names, one of evil ones, and one that holds the plain one in a sandbox.
    """
    folder = tmp_path_factory.mktemp("pages")
    reports = {
        "tree": tree_report(tree_catalog(own_databases)),
        "hostile": hostile_report(hostile_catalog(own_databases)),
    }
    for name, report in reports.items():
        (folder / f"{name}.html").write_text(to_html(report, root=ROOT), encoding="utf-8")
    (folder / "sandbox.html").write_text(
        '<iframe sandbox="allow-scripts" src="tree.html" width="1200" height="780"></iframe>',
        encoding="utf-8",
    )
    return {name: folder / f"{name}.html" for name in (*reports, "sandbox")}


class Seen:
    """
    One page as a browser sees it.

    Attributes:
        page: The page.
        told: What it wrote to the console, and what its scripts raised.
        asked: What it asked of the network, and of the disk.
    """

    def __init__(self, browser: Any, file: Path, **more: Any) -> None:
        self.told: list[str] = []
        self.asked: list[str] = []
        size = {"width": more.pop("width", 1280), "height": 800}
        self.page = browser.new_page(viewport=size, reduced_motion="reduce", **more)
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.told.append(f"{error}"))
        self.page.on("request", lambda request: self.asked.append(request.url.partition("#")[0]))
        self.file = file
        self.go()

    def go(self, fragment: str = "") -> None:
        self.page.goto(f"{self.file.as_uri()}{fragment}")

    def unfold(self) -> None:
        self.page.locator("details").evaluate_all(
            "all => all.forEach((section) => { section.open = true; })"
        )

    def claims(self) -> list[str]:
        found = self.page.locator(".claims > li:visible > span").all_inner_texts()
        return [" ".join(each.split()) for each in found]


@pytest.fixture
def opened(browser: Any, pages: dict[str, Path]) -> Iterator[Any]:
    """
    Opens a page; afterwards no console has said anything and nothing was fetched.
    """
    made: list[Seen] = []

    def open_page(name: str = "tree", **more: Any) -> Seen:
        made.append(Seen(browser, pages[name], **more))
        return made[-1]

    yield open_page
    for seen in made:
        seen.page.close()
        assert seen.told == []
        assert {*seen.asked} <= {file.as_uri() for file in pages.values()}
