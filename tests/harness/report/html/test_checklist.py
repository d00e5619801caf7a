"""
A checklist is ticked by what the report has proved, and by nothing else.
"""

from __future__ import annotations

import pytest

from schemaproof.configuration import Waiver
from schemaproof.report import Report
from schemaproof.report.html.checklist import Words, ticked
from schemaproof.report.html.outcomes import Outcomes
from tests.harness.report.html.reports import broken, proof

WAIVER = Waiver(check="indexes/redundant-index", where="ix", reason="asked for")
REPORT = Report(
    proofs=(
        proof("history/single-head", seen=("one",)),
        proof("indexes/redundant-index", "ix", violations=(broken("ix"),), waivers=(WAIVER,)),
        proof("references/fk-without-index", "a.b", violations=(broken("a.b"),), waivers=(None,)),
        proof("references/on-delete-behaves", "a.b", seen=("CASCADE",)),
        proof("references/on-delete-behaves", "a.c", skipped="no row"),
    )
)


def _items(text: str) -> list[tuple[str, str, str]]:
    checklist = ticked(text, REPORT)
    return [
        (part.heading, _text(line.claim), line.tick)
        for part in checklist.parts
        for line in part.lines
    ]


def _text(line: tuple[Words, ...]) -> str:
    return "".join(f"`{words.text}`" if words.is_code else words.text for words in line)


@pytest.mark.parametrize(
    ("named", "tick"),
    [
        ("`history/single-head`", "proved"),
        ("`references/on-delete-behaves[a.b]`", "proved"),
        ("`references/on-delete-behaves[a.c]`", "skipped"),
        ("`references/on-delete-behaves`", "skipped"),
        ("`references/on-delete-behaves[nothing]`", "not_covered"),
        ("`indexes/redundant-index[ix]`", "waived"),
        ("`references/fk-without-index[a.b]`", "violated"),
        ("`history/single-head` and `references/fk-without-index[a.b]`", "violated"),
        ("`history/sql-lint`", "not_covered"),
        ("`tests/test_keys.py::test_key` proves it", "elsewhere"),
        ("history/single-head without backticks", "elsewhere"),
        ("nothing is named", "elsewhere"),
        ("`no/such-check`", "elsewhere"),
    ],
)
def test_a_line_is_as_good_as_the_worst_that_it_names(named, tick):
    assert _items(f"# Keys\n\n- {named}\n") == [("Keys", named, tick)]


def test_rows_of_tables_and_items_of_lists_are_lines():
    """
    Heads of tables, prose and blocks of code are none; a link is told by its words.
    """
    text = """
# The whole

Prose about `history/single-head`.

| claim | proof |
|---|---|
| one head | `history/single-head` · [0007](decisions/0007.md) |
| a | b |

## Lists

- [x] ticked by hand
### Deep ones

1. numbered
   * deeper

```
- not a line
```
"""

    checklist = ticked(text, REPORT)

    assert _items(text) == [
        ("The whole", "one head", "proved"),
        ("The whole", "a", "elsewhere"),
        ("Lists", "ticked by hand", "elsewhere"),
        ("Lists / Deep ones", "numbered", "elsewhere"),
        ("Lists / Deep ones", "deeper", "elsewhere"),
    ]
    assert _text(checklist.parts[0].lines[0].proof) == "`history/single-head` · 0007"
    assert checklist.parts[0].tick == "proved"
    assert checklist.counts == {"proved": 1, "elsewhere": 4}


JUNIT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="tests.test_keys" name="test_key[a.b]"/>
<testcase classname="tests.test_keys" name="test_key[a.c]"><skipped>no server</skipped></testcase>
<testcase classname="tests.test_keys.TestBoth" name="test_one"/>
<testcase classname="tests.test_keys.TestBoth" name="test_other"><failure>no</failure></testcase>
<testcase classname="tests.sub.test_x" name="test_y"><error>no</error></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize(
    ("named", "tick"),
    [
        ("tests/test_keys.py::test_key[a.b]", "proved"),
        ("tests/test_keys.py::test_key[a.c]", "skipped"),
        ("tests/test_keys.py::test_key", "skipped"),
        ("tests/test_keys.py::TestBoth::test_one", "proved"),
        ("tests/test_keys.py::TestBoth::test_other", "violated"),
        ("tests/sub/test_x.py::test_y", "violated"),
        ("tests/test_keys.py::test_key[a.d]", "not_covered"),
        ("tests/test_keys.py::test_gone", "not_covered"),
        ("history/single-head", "proved"),
    ],
)
def test_a_test_is_judged_by_its_last_run(named, tick):
    """
    A function is as good as the worst of its parameters; one that was not run is not covered.
    """
    checklist = ticked(f"- `{named}`", REPORT, Outcomes(JUNIT))

    assert checklist.knows_tests
    assert checklist.counts == {tick: 1}


def test_what_is_no_junit_file_is_refused():
    with pytest.raises(ValueError, match="unclosed token"):
        Outcomes("<testsuites><testcase")
