"""
A browser that opens the page has nothing to complain of and fetches nothing.

The page can be used by hand, by keyboard, and by those who have it read to them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemaproof.report.html import to_html
from tests.harness.report.html.reports import (
    END,
    ROOT,
    hostile_catalog,
    hostile_report,
    tree_catalog,
    tree_report,
)

CHECK = "references/on-delete-behaves"


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_light_or_dark_as_the_browser_wishes_or_the_reader(opened, scheme):
    seen = opened(color_scheme=scheme)

    def is_light() -> bool:
        found = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in found[4:-1].split(",")) > 3 * 128

    assert is_light() == (scheme == "light")
    seen.page.get_by_role("button", name="Switch to").click()
    assert is_light() == (scheme == "dark")


def test_a_tile_leads_to_its_claims(opened):
    seen = opened()

    seen.page.get_by_role("link", name="waived").first.click()

    seen.page.get_by_text("1 of 11 match.").wait_for()
    assert seen.claims() == ["waived: ix_lines_order_id"]
    assert seen.page.url.endswith("#claims?status=waived")


def test_claims_are_filtered_by_text_family_and_status(opened):
    seen = opened()
    seen.page.get_by_label("Search in objects").fill("EDITOR_id")
    assert seen.claims() == ["proved: lines.editor_id"]

    seen.page.get_by_label("Search in objects").fill("nothing like that")
    assert seen.page.inner_text("#result") == "No claim is like that."

    seen.page.get_by_role("button", name="Clear the filter").click()
    assert seen.claims() == []
    assert seen.page.locator(".check:visible").count() == 6

    seen.page.get_by_label("Family of checks").select_option("history")
    assert seen.claims() == ["proved: 0001", "proved: the schema as a whole"]

    seen.page.get_by_label("not covered").check()
    assert seen.claims() == []


def test_a_filter_in_the_address_is_applied(opened):
    seen = opened()

    seen.go(f"#claims?text=lines&status=violated&status=proved&family={CHECK.partition('/')[0]}")
    seen.page.reload()

    seen.page.get_by_text("4 of 11 match.").wait_for()
    assert seen.page.input_value("#text") == "lines"


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        ("#table-orders", "ON DELETE CASCADE"),
        (f"#check-{CHECK.replace('/', '-')}", "lines.editor_id"),
        ("#revision-0001", "Make 0001."),
    ],
)
def test_an_address_opens_what_it_leads_to(opened, pages, fragment, words):
    seen = opened()
    targets = seen.page.locator("[id]").evaluate_all("all => all.map((one) => one.id)")
    # A digest follows a name that had to be changed.
    (target,) = (one for one in targets if f"#{one}".startswith(fragment) and "name" not in one)

    seen.go(f"#{target}")
    seen.page.reload()

    seen.page.locator(f"[id='{target}']").get_by_text(words).first.wait_for()
    assert seen.page.evaluate(
        "id => document.getElementById(id).contains(document.activeElement)", target
    )


def test_a_table_in_the_diagram_leads_to_its_section(opened):
    seen = opened()

    seen.page.locator(".er").get_by_role("link", name="lines").click()

    section = seen.page.locator("#table-lines")
    section.get_by_role("heading", name="Foreign keys").wait_for()
    assert "promise broken" in section.inner_text()
    assert section.get_by_role("link", name="on-delete-behaves").count() == 4


def test_everything_is_reached_by_keyboard(opened):
    """
    The first key skips to the report; a section is opened, and a plan opened and left, by keys.
    """
    seen = opened()
    keyboard, focused = seen.page.keyboard, "document.activeElement.textContent"
    keyboard.press("Tab")
    assert seen.page.evaluate(focused) == "Skip to the report"
    keyboard.press("Enter")
    keyboard.press("Tab")
    assert "proved" in seen.page.evaluate(focused)

    seen.page.locator("#table-orders > summary").focus()
    keyboard.press("Enter")
    seen.page.get_by_text("CHECK ((total >= 0))").wait_for()

    seen.page.get_by_role("button", name="Open the plans of").focus()
    keyboard.press("Enter")
    frame = seen.page.frame_locator("#plan iframe")
    frame.get_by_role("tab", name="1e6 rows").focus()
    keyboard.press("Enter")
    frame.locator(".sp-plan").get_by_text("Index Scan").first.wait_for()
    keyboard.press("Escape")
    seen.page.locator("#plan").wait_for(state="hidden")
    assert seen.page.evaluate("document.activeElement.textContent") == "Plans"


def test_plans_are_drawn_in_the_colours_of_the_page(opened):
    seen = opened(color_scheme="light")
    seen.page.get_by_role("button", name="Switch to dark").click()

    seen.page.get_by_role("button", name="Open the plans of").click()

    frame = seen.page.frame_locator("#plan iframe")
    frame.locator("html[data-bs-theme=dark]").wait_for()
    seen.page.get_by_role("button", name="Close").click()
    assert seen.page.locator("iframe").count() == 0


def test_a_browser_that_cannot_unpack_says_what_to_do(opened):
    seen = opened()
    seen.page.evaluate("delete window.DecompressionStream")

    seen.page.get_by_role("button", name="Open the plans of").click()

    seen.page.get_by_text(
        'schemaproof explain-plan "an author\'s books" --html plan.html'
    ).wait_for()


def test_a_command_is_copied(opened):
    seen = opened()
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    seen.page.get_by_role("button", name="Copy the command for lines.order_id").click()

    seen.page.get_by_text("Copied", exact=True).first.wait_for()
    text = seen.page.evaluate("navigator.clipboard.readText()")
    assert text == f"schemaproof verify --only {CHECK}"


def test_within_a_sandbox_it_works_as_well(opened):
    """
    Without storage, without an origin, without leave to copy.
    """
    seen = opened("sandbox")
    frame = seen.page.frame_locator("iframe")

    frame.get_by_role("link", name="waived").first.click()
    frame.get_by_text("1 of 11 match.").wait_for()
    frame.get_by_role("button", name="Switch to").click()
    frame.get_by_role("button", name="Copy the command for lines.order_id").click()
    frame.get_by_text("Copied", exact=True).or_(
        frame.get_by_text("Selected", exact=True)
    ).first.wait_for()
    frame.get_by_role("button", name="Open the plans of").click()
    frame.frame_locator("#plan iframe").locator(".sp-plan").get_by_text("Seq Scan").first.wait_for()


@pytest.mark.parametrize("name", ["tree", "hostile"])
def test_a_narrow_window_shows_all_of_it(opened, name):
    """
    Nothing but the diagram is wider than the window.
    """
    seen = opened(name, width=360)
    seen.unfold()

    assert seen.page.evaluate("document.documentElement.scrollWidth") == 360


def test_evil_names_stay_names(opened):
    """
    Opened, filtered and drawn, none of them is run, and each is shown as it is written.
    """
    seen = opened("hostile")
    seen.unfold()
    seen.page.get_by_label("Search in objects").fill("<script>")
    seen.page.get_by_text("match.").wait_for()
    assert any(END in claim for claim in seen.claims())

    seen.page.get_by_role("button", name="Open the plans of").click()
    frame = seen.page.frame_locator("#plan iframe")
    assert frame.get_by_role("heading", name=END).inner_text() == END

    assert seen.page.evaluate("typeof evil") == "undefined"
    assert frame.locator("html").evaluate("() => typeof evil") == "undefined"


def test_it_can_be_read_aloud(opened):
    """
    Landmarks, one heading of the first level, an order without gaps; each picture has a name.
    """
    seen = opened()
    seen.unfold()

    snapshot = seen.page.locator("body").aria_snapshot()

    for words in (
        'navigation "Contents"',
        "main:",
        'region "Diagram of tables"',
        'search "Filter the claims"',
        'heading "Violated" [level=1]',
        'img "orders (person_id) → people (id): ON DELETE CASCADE, cascade proved"',
        'link "orders id PK person_id FK"',
    ):
        assert words in snapshot, words
    assert seen.page.get_by_role("img", name="12 at 1,000 rows, 830 at 1e6 rows").count() == 1
    levels = seen.page.locator("h1, h2, h3, h4").evaluate_all(
        "all => all.filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in itertools.pairwise(levels))


def test_without_scripts_the_report_is_there(opened):
    seen = opened(java_script_enabled=False)

    seen.page.get_by_role("heading", name="Violated").wait_for()
    assert seen.page.locator("#violations").get_by_text("lines.order_id").first.is_visible()
    assert not seen.page.get_by_role("button", name="Copy").first.is_visible()
    assert seen.page.get_by_text("A script lists the claims").is_visible()


def test_what_is_printed_has_no_buttons(opened):
    seen = opened()

    seen.page.emulate_media(media="print")

    assert seen.page.locator("h1").is_visible()
    assert not seen.page.locator("nav").is_visible()
    assert seen.page.get_by_role("button").count() == 0
