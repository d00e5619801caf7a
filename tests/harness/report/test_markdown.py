"""
The Markdown shows names as they are, what fails first, and ends where a comment must end.
"""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from schemaproof.configuration import Waiver
from schemaproof.report import Report
from schemaproof.report.markdown import LIMIT, to_markdown
from tests.harness.report.evil import EVIL, ROOT, evil_report, proof, violation

NAME = "history/single-head"
PAGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# What this writes itself; whatever else is a tag came from a name.
OURS = r"</?(code|details|summary|p|ul|li|h2|h3|em|strong|table|thead|tbody|tr|th|td)>"


def _markdown(report: Report) -> str:
    return to_markdown(report, base=ROOT)


def _shown(report: Report) -> str:
    return PAGE.render(_markdown(report))


@pytest.mark.parametrize("kind", EVIL)
def test_an_evil_name_makes_nothing_but_text(kind):
    """
    No tag, no emphasis, no cell of a table, no mention that is not code.
    """
    one = Report(
        proofs=(proof(NAME, "t", violation(EVIL[kind])),),
        revisions=("r",),
    )

    page = _shown(one)

    assert [tag for tag in re.findall(r"<[^>]*>", page) if not re.fullmatch(OURS, tag)] == []
    prose = re.sub(r"<code>.*?</code>", "", page, flags=re.DOTALL)
    assert "@" not in prose
    assert page.count("<h3>") == 1
    assert page.count("<details>") == page.count("</details>") == 1


def test_the_rows_of_a_table_are_as_many_as_the_checks():
    page = _shown(evil_report())

    rows = re.findall(r"<tr>.*?</tr>", page, flags=re.DOTALL)
    widths = {row.count("<td>") for row in rows} - {0}
    assert widths == {2, 3}


def test_what_fails_comes_before_what_is_well():
    waived = Waiver(check=NAME, where="old", reason="asked for")
    report = Report(
        proofs=(
            proof(NAME, "a", violation("old"), waivers=(waived,)),
            proof(NAME, "b", violation("fresh")),
        )
    )

    text = _markdown(report)

    assert text.startswith("## schemaproof: violated\n")
    assert text.index("### <code>fresh</code>") < text.index("asked for")


def test_a_comment_is_never_longer_than_a_host_takes():
    """
    What fits is whole; what does not is counted.
    """
    many = tuple(proof(NAME, f"{n}", violation(f"{n} {'🐘|' * 600}")) for n in range(60))

    text = _markdown(Report(proofs=many))

    assert LIMIT // 2 < len(text.encode()) <= LIMIT
    told = text.count("\n### ")
    left = int(re.search(r"_(\d+) parts do not fit here", text)[1])
    assert 0 < told < 60
    assert told + left >= 60
    assert text.count("<details>") == text.count("</details>")


def test_two_writings_are_the_same_bytes():
    assert _markdown(evil_report()).encode() == _markdown(evil_report()).encode()
