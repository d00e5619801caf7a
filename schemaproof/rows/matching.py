"""
Propose a text that a regular expression matches.

The common part of what PostgreSQL, Python and JSON schema understand: characters, classes, groups,
alternatives and repetition. A text is a proposal, no promise: whoever wrote the pattern decides.

Source: https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 10_000  # characters; a repetition beyond is not worth the way

# Either an atom or what is said of the atom before it.
TOKEN = re.compile(
    r"(?P<set>\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\])"
    r"|\\(?P<escaped>.)"
    r"|\{(?P<least>\d+)(?P<open>,)?(?P<most>\d*)\}"
    r"|(?P<repeat>[*+?])"
    r"|(?P<begin>\((?:\?:|\?P?<\w+>)?)|(?P<end>\))|(?P<or>\|)|(?P<anchor>[\^$])"
    r"|(?P<plain>.)",
    re.DOTALL,
)
ESCAPES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
CLASSES = {"digit": "0", "upper": "A", "space": " ", "punct": "-", "xdigit": "0"}
IN_PYTHON = {
    "[:digit:]": r"\d",
    "[:space:]": r"\s",
    "[:alnum:]": "a-zA-Z0-9",
    "[:alpha:]": "a-zA-Z",
}
NOWHERE = frozenset("bBAZzmMyY")
INNARDS = re.compile(r"\[:(?P<named>\w+):\]|\\(?P<escaped>.)|(?P<plain>.)", re.DOTALL)
# What is left where a class says what it does not want.
COMMON = "a0A-_ .x1"


def looks_like_pattern(text: str) -> bool:
    """
    Tell whether a text says more as a pattern than it says as itself.
    """
    return re.search(r"[\[\\^$(*+{|]", text) is not None


def matching(pattern: str, least: int = 0) -> str | None:
    """
    Return a text that the pattern matches; None if it asks for more than is understood here.

    Args:
        pattern: The regular expression.
        least: How many characters a part that may be repeated should have, as far as it may.
    """
    if "(?=" in pattern or "(?!" in pattern or "(?<" in pattern.replace("(?<=", "(?!"):
        return None
    found = _alternative(TOKEN.finditer(pattern), least)
    return found if len(found) <= LONGEST else None


def _alternative(tokens: Iterator[re.Match[str]], least: int) -> str:
    """Return the first alternative up to the group's end; what follows it is read and dropped."""
    parts: list[str] = []
    is_first = True
    for token in tokens:
        kind = token.lastgroup
        if kind == "end":
            break
        if kind == "or":
            is_first = False
        elif kind == "begin":
            inner = _alternative(tokens, least)
            parts.extend([inner] if is_first else ())
        elif is_first:
            _add(parts, token, least)
    return "".join(parts)


def _add(parts: list[str], token: re.Match[str], least: int) -> None:
    if token["repeat"] or token["least"]:
        low = int(token["least"] or 0) if token["least"] else int(token["repeat"] == "+")
        high = _most(token, low)
        before = parts.pop() if parts else ""
        enough = LONGEST // max(len(before), 1) + 1
        parts.append(before * min(max(low, min(least, high)), enough))
    elif token["set"]:
        parts.append(_member(token["set"][1:-1]))
    elif token["escaped"]:
        letter = token["escaped"]
        parts.append("" if letter in NOWHERE else ESCAPES.get(letter, letter))
    elif token["plain"]:
        parts.append("a" if token["plain"] == "." else token["plain"])


def _most(token: re.Match[str], low: int) -> int:
    if token["repeat"]:
        return 1 if token["repeat"] == "?" else LONGEST
    if not token["open"]:
        return low
    return int(token["most"] or LONGEST)


def _member(inside: str) -> str:
    if inside.startswith("^"):
        return _other_than(inside[1:])
    first = INNARDS.match(inside)
    if first is None:
        return ""
    if first["named"]:
        return CLASSES.get(first["named"], "a")
    if first["escaped"]:
        return ESCAPES.get(first["escaped"], first["escaped"])
    return first["plain"]


def _other_than(unwanted: str) -> str:
    for posix, python in IN_PYTHON.items():
        unwanted = unwanted.replace(posix, python)
    try:
        return next((one for one in COMMON if not re.search(f"[{unwanted}]", one)), "~")
    except (re.error, FutureWarning):
        return COMMON[0]
