"""
A browser that opens the page has nothing to complain of and fetches nothing.

Tiles, filters, addresses, the diagram and the plans lead to what they name.
"""

from __future__ import annotations

import pytest

from tests.harness.report.html.reports import END

CHECK = "references/on-delete-behaves"


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


def test_plans_are_drawn_in_the_colours_of_the_page(opened):
    seen = opened(color_scheme="light")
    seen.page.get_by_role("button", name="Switch to dark").click()

    seen.page.get_by_role("button", name="Open the plans of").click()

    frame = seen.page.frame_locator("#plan iframe")
    frame.locator("html[data-bs-theme=dark]").wait_for()
    seen.page.get_by_role("button", name="Close").click()
    assert seen.page.locator("iframe").count() == 0


def test_a_command_is_copied(opened):
    seen = opened()
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    seen.page.get_by_role("button", name="Copy the command for lines.order_id").click()

    seen.page.get_by_text("Copied", exact=True).first.wait_for()
    text = seen.page.evaluate("navigator.clipboard.readText()")
    assert text == f"schemaproof verify --only {CHECK}"


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
