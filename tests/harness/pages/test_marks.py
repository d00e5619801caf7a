"""
What stands between two marks is replaced, and not a byte of anything else.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaproof.pages import BadMarks, regenerate

KNOWN = ("tables", "keys")
BEGIN, END = "<!-- generated: tables -->", "<!-- end -->"
# What people write around marks; a mark itself is not among it.
PROSE = st.text(st.characters(codec="utf-8", exclude_characters="<")).map(lambda text: f"{text}\n")


def filled(text: str) -> str:
    return regenerate(text, KNOWN, lambda name: f"all {name}\n")


@given(before=PROSE, between=PROSE, after=PROSE)
def test_what_is_around_is_kept(before: str, between: str, after: str):
    page = filled(f"{before}{BEGIN}\n{between}{END}\n{after}")

    line_end = "\r\n" if "\r\n" in before + between + after else "\n"
    body = line_end.join(["", "", "all tables", "", ""])
    assert page == f"{before}{BEGIN}{body}{END}\n{after}"
    assert filled(page) == page or line_end == "\r\n"


def test_a_page_of_windows_stays_one():
    """
    Its lines end as they did, those that are made included.
    """
    page = filled(f"# Title\r\n{BEGIN}\r\nold\r\n{END}\r\nmine\r\n")

    assert page == f"# Title\r\n{BEGIN}\r\n\r\nall tables\r\n\r\n{END}\r\nmine\r\n"
    assert filled(page) == page


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(f"Write `{BEGIN}` before it, and `{END}` after.\n", id="in a sentence"),
        pytest.param(f"    {BEGIN}\n    {END}\n", id="indented"),
        pytest.param("<!-- an end -->\n<!-- generated -->\n", id="other comments"),
    ],
)
def test_what_is_no_mark_is_left_alone(text: str):
    assert filled(text) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("<!-- generated: tabels -->\n<!-- end -->", "found tabels, end", id="unknown"),
        pytest.param(f"{BEGIN}\n", "found tables", id="no end"),
        pytest.param(f"mine\n{END}\n", "found end", id="no begin"),
        pytest.param(f"{BEGIN}\n{BEGIN}\n{END}\n{END}\n", "tables, tables, end", id="nested"),
        pytest.param(f"{END}\n{BEGIN}\n", "found end, tables", id="the wrong way round"),
    ],
)
def test_marks_that_do_not_pair_up_are_refused(text: str, told: str):
    with pytest.raises(BadMarks, match=told):
        filled(text)
