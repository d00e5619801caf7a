"""
Expressions are written anew in each way in which somebody may get them wrong.
"""

from __future__ import annotations

import pytest

from schemaproof.mutation.operators._writing.expressions import reread, respellings

LIST = "((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"

CASES = {
    "comparison": ("(x > y)", {"comparison": ["(x >= y)"]}),
    "no comparison": ("(x && y)", {}),
    "a number and its neighbours": ("(x <> 10)", {"constant": ["(x <> 11)", "(x <> 9)"]}),
    "a fraction keeps its digits": ("f(1.50)", {"constant": ["f(2.50)", "f(0.50)"]}),
    "a number in quotes": (
        "(x > '-1'::integer)",
        {"constant": ["(x > '0'::integer)", "(x > '-2'::integer)"]},
    ),
    "a length is part of a type": ("((x)::character varying(20) = y)", {"constant": []}),
    "a number in a name is none": ("(x1 = y2)", {"constant": []}),
    "AND, and what it joins": (
        "((a = 1) AND (b = 2))",
        {"connective": ["((a = 1) OR (b = 2))"], "conjunct": ["((b = 2))", "((a = 1))"]},
    ),
    "the middle of three": (
        "((a) AND (b) AND (c))",
        {"conjunct": ["((b) AND (c))", "((a) AND (c))", "((a) AND (b))"]},
    ),
    "an AND in a text is none": ("(x = 'a AND b'::text)", {"connective": [], "conjunct": []}),
    "NOT": ("(x IS NOT NULL)", {"negation": ["(x IS NULL)"]}),
    "a label": (
        LIST,
        {
            "label": [
                "((kind)::text = ANY ((ARRAY['b'::character varying])::text[]))",
                "((kind)::text = ANY ((ARRAY['a'::character varying])::text[]))",
            ]
        },
    ),
    "the only label stays": ("(x = ANY (ARRAY['a'::text]))", {"label": []}),
    "a text": ("(x ~ '^a''b'::text)", {"text": ["(x ~ '^a''b~'::text)"]}),
    "a date is no text": ("(x > '2020-01-01'::date)", {"text": []}),
    "a quoted name is none": ('("AND" > "1")', {"connective": [], "constant": []}),
    "a comment is none": ("x > y -- AND 1", {"connective": [], "constant": []}),
    "an assignment is none": ("x := y", {"comparison": []}),
}


@pytest.mark.parametrize("name", CASES)
def test_each_way_of_getting_it_wrong(name):
    expression, expected = CASES[name]

    found = [(one.kind, " ".join(one.text.split())) for one in respellings(expression)]

    for kind, texts in expected.items():
        tight = [text.replace("( ", "(").replace(" )", ")") for of, text in found if of == kind]
        assert tight == texts
    if not expected:
        assert not [text for kind, text in found if kind == "comparison"]


def test_one_of_several_alike_is_told_by_its_number():
    details = [one.detail for one in respellings("((a > 1) OR (b > 2))")]

    assert "> becomes >= (no. 1)" in details
    assert "> becomes >= (no. 2)" in details


def test_a_list_is_written_as_it_is_reread():
    assert reread(f"({LIST})") == ("((kind IN ('a'::character varying, 'b'::character varying)))")
    assert reread("(x > 1)") == "(x > 1)"
