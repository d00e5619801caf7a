"""
The page of plans is whole in one file, and the browser that opens it has nothing to complain of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from schemaproof.report.plans import growth_to_html, growth_to_json
from schemaproof.scaling import Flip
from tests.harness.report.plans.growths import at, growth, node

EVIL = (
    "SELECT '</script><script>evil = 1</script><!-- \"' AS "
    "\"<img src=x onerror='evil = 2'>\" & `${1}`"
)
GROWTH = growth(
    at(1e3, node("Seq Scan", relation_name="books", alias="books", filter="(title = '</script>')")),
    at(
        1e6,
        node("Limit", node("Index Scan", relation_name="books", alias="books", index_name="ix_a")),
    ),
    flips=(Flip(below=at(69_000, node("Seq Scan")), above=at(70_000, node("Limit"))),),
    name=EVIL,
    statement=EVIL,
    parameters={"author": "</script><b>"},
)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A page with the worst of queries.
    """
    file = tmp_path_factory.mktemp("page") / "plans.html"
    file.write_text(growth_to_html(GROWTH), encoding="utf-8")
    return file


class Seen:
    """
    One page as a browser sees it.

    Attributes:
        page: The page.
        told: What it wrote to the console, and what its scripts raised.
        asked: What it asked of the network, and of the disk.
    """

    def __init__(self, browser: Any, file: Path, scheme: str) -> None:
        self.told: list[str] = []
        self.asked: list[str] = []
        self.page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 800})
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.told.append(f"{error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.set_default_timeout(10_000)
        self.page.goto(file.as_uri())

    def choose(self, size: str, node: str) -> None:
        self.page.get_by_role("tab", name=f"{size} rows").click()
        self.page.locator(".sp-plan").get_by_text(node).first.wait_for()

    @property
    def tree(self) -> str:
        return self.page.locator(".sp-plan").inner_text()


@pytest.fixture(params=["light", "dark"])
def seen(request: pytest.FixtureRequest, browser: Any, page_file: Path) -> Iterator[Seen]:
    """
    The page, in a light and in a dark browser.
    """
    seen = Seen(browser, page_file, request.param)
    yield seen
    seen.page.close()


def test_each_size_has_its_tree(seen):
    seen.choose("1,000", "Seq Scan")
    assert "Index Scan" not in seen.tree

    seen.choose("1e6", "Index Scan")
    assert "ix_a" in seen.tree
    assert "Seq Scan" not in seen.tree
    assert seen.page.url.endswith("#1e6")


def test_the_query_is_shown_as_it_was_written(seen):
    """
    What looks like markup in it is text, in the heading, in the plan and in the query of pev2.
    """
    seen.page.get_by_text("SQL", exact=True).last.click()
    assert EVIL in seen.page.locator("pre").first.inner_text()
    assert "</script><b>" in seen.page.inner_text(".sp-terms")

    seen.page.get_by_text("Query", exact=True).click()
    assert "</script><script>evil = 1</script>" in seen.page.inner_text("body")
    assert seen.page.evaluate("typeof evil") == "undefined"


def test_nothing_is_complained_of_and_nothing_fetched(seen, page_file):
    seen.choose("1,000", "Seq Scan")
    seen.choose("1e6", "Index Scan")
    for view in ("Grid", "Raw", "Query", "Stats"):
        seen.page.locator(".sp-plan").get_by_role("link", name=view).click()
    seen.page.wait_for_timeout(200)

    assert seen.told == []
    assert {url.partition("#")[0] for url in seen.asked} == {page_file.as_uri()}


def test_it_is_light_or_dark_as_the_browser_wishes(seen, request):
    scheme = request.node.callspec.params["seen"]
    background = "getComputedStyle(document.body).backgroundColor"
    before = seen.page.evaluate(background)
    brightness = sum(map(int, re.findall(r"\d+", before)[:3]))

    seen.page.get_by_role("button", name="light / dark").click()

    assert (brightness > 3 * 128) == (scheme == "light")
    assert seen.page.evaluate(background) != before


class Outline(HTMLParser):
    """
    What a page is made of.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_is_whole_in_itself(page_file):
    """
    No file beside it, and no element that a query has put there.
    """
    outline = Outline(page_file.read_text(encoding="utf-8"))

    assert outline.links == []
    assert outline.tags.count("script") == 2
    assert {"img", "b"} & {*outline.tags} == set()


def test_those_who_wrote_what_draws_it_are_named(page_file):
    text = page_file.read_text(encoding="utf-8")
    for name in ("Dalibo", "Yuxi (Evan) You", "The Bootstrap Authors", "Mike Bostock", "Fonticons"):
        assert name in text.replace("DALIBO", "Dalibo"), name


def test_page_and_json_hold_the_same_plans(page_file):
    text = page_file.read_text(encoding="utf-8")
    (plans,) = re.findall(
        r'<script type="application/json" id="plans">(.*?)</script>', text, re.DOTALL
    )

    ours, theirs = json.loads(plans), json.loads(growth_to_json(GROWTH))

    assert [size["plan"] for size in ours["sizes"]] == [size["plan"] for size in theirs["sizes"]]
    assert ours["statement"] == theirs["statement"] == EVIL
