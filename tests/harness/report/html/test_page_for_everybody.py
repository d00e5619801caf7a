"""
The page serves those who use keys alone, have it read to them, or open it where little is allowed.
"""

from __future__ import annotations

import itertools

import pytest

CHECK = "references/on-delete-behaves"


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


def test_a_browser_that_cannot_unpack_says_what_to_do(opened):
    seen = opened()
    seen.page.evaluate("delete window.DecompressionStream")

    seen.page.get_by_role("button", name="Open the plans of").click()

    seen.page.get_by_text(
        'schemaproof explain-plan "an author\'s books" --html plan.html'
    ).wait_for()


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
