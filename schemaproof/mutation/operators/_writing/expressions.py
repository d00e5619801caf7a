"""
Write an expression anew in every way in which somebody may get it wrong.

The expressions are the server's own, so that they are spelt in one way: every operand has its
brackets, ``IN`` is ``= ANY (ARRAY[…])`` and ``BETWEEN`` two comparisons. What comes out and is no
SQL is refused by the server.

Source: get_rule_expr() in src/backend/utils/adt/ruleutils.c
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.mutation.operators._writing.tokens import Token, groups, text_of, tokens_of

COMPARISONS = {">": ">=", ">=": ">", "<": "<=", "<=": "<", "=": "<>", "<>": "=", "!=": "="}
CONNECTIVES = {"AND": "OR", "OR": "AND"}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
NUMERIC_TYPES = ("integer", "bigint", "smallint", "numeric", "double precision", "real")
TEXT_TYPES = ("text", "character", "bpchar")
# What PostgreSQL makes of ``status IN ('a', 'b')`` where status is a varchar.
_LISTED = re.compile(
    r"""\((?P<left>\w+|"[^"]+")\)::text (?P<how>= ANY|<> ALL) """
    r"""\(\(ARRAY\[(?P<items>(?:[^\]']|'(?:[^']|'')*')*)\]\)::text\[\]\)"""
)
LONGEST = 40  # characters of an operand that are still read in a report


@dataclass(frozen=True, kw_only=True)
class Respelling:
    """
    An expression with one thing changed.

    Attributes:
        kind: ``comparison``, ``constant``, ``text``, ``label``, ``connective``, ``conjunct`` or
            ``negation``.
        detail: What was changed.
        text: The expression.
    """

    kind: str
    detail: str
    text: str


def respellings(expression: str) -> Iterator[Respelling]:
    """
    Yield every expression that differs from this one in one thing.
    """
    tokens = tokens_of(expression)
    for number in range(len(tokens)):
        for kind, detail, text in _changes(tokens, number):
            changed = "".join(text if n == number else other.text for n, other in enumerate(tokens))
            yield Respelling(kind=kind, detail=f"{detail}{_nth(tokens, number)}", text=changed)
    yield from _without_operands(tokens)
    yield from _without_labels(tokens)


def reread(expression: str) -> str:
    """
    Write an expression of the server's so that the server reads it back as it has it.

    It does not when lists are compared with a varchar: read again, they gain casts.
    """

    def as_written(match: re.Match[str]) -> str:
        verb = "IN" if match["how"] == "= ANY" else "NOT IN"
        return f"{match['left']} {verb} ({match['items']})"

    return _LISTED.sub(as_written, expression)


def _nth(tokens: list[Token], number: int) -> str:
    # Which of several alike.
    alike = [n for n, other in enumerate(tokens) if other.text == tokens[number].text]
    return f" (no. {alike.index(number) + 1})" if len(alike) > 1 else ""


def _changes(tokens: list[Token], number: int) -> Iterator[tuple[str, str, str]]:
    token = tokens[number]
    match token.kind:
        case "operator" if token.text in COMPARISONS:
            other = COMPARISONS[token.text]
            yield "comparison", f"{token.text} becomes {other}", other
        case "number":
            for other in _neighbours(token.text):
                yield "constant", f"{token.text} becomes {other}", other
        case "string":
            yield from _other_strings(tokens, number)
        case "word" if token.text.upper() in CONNECTIVES:
            other = CONNECTIVES[token.text.upper()]
            yield "connective", f"{token.text.upper()} becomes {other}", other
        case "word" if token.text.upper() == "NOT":
            yield "negation", "NOT is gone", ""


def _other_strings(tokens: list[Token], number: int) -> Iterator[tuple[str, str, str]]:
    content = tokens[number].text.strip("eE").strip("'")
    type_ = "".join(other.text for other in tokens[number + 1 : number + 6])
    if NUMBER.fullmatch(content) and type_.lstrip(": ").startswith(NUMERIC_TYPES):
        for other in _neighbours(content):
            yield "constant", f"{content} becomes {other}", f"'{other}'"
    elif not type_.startswith("::") or type_.lstrip(": ").startswith(TEXT_TYPES):
        quote = tokens[number].text
        yield "text", f"{_short(quote)} becomes another text", f"{quote[:-1]}~'"


def _neighbours(number: str) -> tuple[str, str]:
    if "." in number:
        digits = len(number.partition(".")[2])
        return f"{float(number) + 1:.{digits}f}", f"{float(number) - 1:.{digits}f}"
    return str(int(number) + 1), str(int(number) - 1)


def _without_operands(tokens: list[Token]) -> Iterator[Respelling]:
    for start, end in groups(tokens):
        depth = tokens[start].depth
        joints = [
            n for n in range(start, end)
            if tokens[n].depth == depth and tokens[n].text.upper() in CONNECTIVES
        ]  # fmt: skip
        words = {tokens[n].text.upper() for n in joints}
        if len(words) != 1:
            continue
        bounds = [start - 1, *joints, end]
        operands = [text_of(tokens[a + 1 : b]) for a, b in itertools.pairwise(bounds)]
        for dropped, operand in enumerate(operands):
            kept = [other for n, other in enumerate(operands) if n != dropped]
            inside = f" {words.copy().pop()} ".join(kept)
            text = f"{text_of(tokens[:start])}{inside}{text_of(tokens[end:])}"
            yield Respelling(kind="conjunct", detail=f"{_short(operand)} is gone", text=text)


def _without_labels(tokens: list[Token]) -> Iterator[Respelling]:
    for start, end in groups(tokens):
        depth = tokens[start].depth
        if start < 2 or tokens[start - 1].text != "[" or tokens[start - 2].text != "ARRAY":
            continue
        commas = [
            n for n in range(start, end) if tokens[n].depth == depth and tokens[n].text == ","
        ]
        bounds = [start - 1, *commas, end]
        labels = [text_of(tokens[a + 1 : b]).strip() for a, b in itertools.pairwise(bounds)]
        for dropped, label in enumerate(labels if commas else ()):
            inside = ", ".join(other for n, other in enumerate(labels) if n != dropped)
            text = f"{text_of(tokens[:start])}{inside}{text_of(tokens[end:])}"
            yield Respelling(kind="label", detail=f"{_short(label)} is gone", text=text)


def _short(operand: str) -> str:
    words = " ".join(operand.split())
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
