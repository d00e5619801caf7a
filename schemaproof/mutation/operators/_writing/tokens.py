"""
Part an expression into words and brackets; nothing is parsed beyond them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<string>[eE]?'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")*")
    |(?P<type>::[a-z_][\w. ]*\(\s*\d+(?:\s*,\s*-?\d+)?\s*\))
    |(?P<number>(?<![\w.])\d+(?:\.\d+)?(?![\w.]))
    |(?P<word>[^\W\d]\w*)
    |(?P<assignment>:=)
    |(?P<operator>[<>=!~+\-*/@#%^&|`?]+)
    |(?P<other>\s+|.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Token:
    """
    A word, a sign, a literal, or what stands between them.

    Attributes:
        kind: Which group of `TOKEN` it is.
        text: As it is written; all of them together are the expression.
        depth: How many brackets it stands in.
    """

    kind: str
    text: str
    depth: int


def tokens_of(expression: str) -> list[Token]:
    """
    Return the tokens of an expression.
    """
    tokens, depth = [], 0
    for match in TOKEN.finditer(expression):
        text = match.group()
        depth -= text in (")", "]")
        tokens.append(Token(kind=f"{match.lastgroup}", text=text, depth=depth))
        depth += text in ("(", "[")
    return tokens


def groups(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """
    Yield where what stands between two brackets starts and ends, and the whole before them.
    """
    opened = [0]
    if tokens:
        yield 0, len(tokens)
    for number, token in enumerate(tokens):
        if token.text in ("(", "["):
            opened.append(number + 1)
        elif token.text in (")", "]") and len(opened) > 1:
            start = opened.pop()
            if start < number:
                yield start, number


def text_of(tokens: list[Token]) -> str:
    """
    Return tokens as SQL.
    """
    return "".join(token.text for token in tokens)
