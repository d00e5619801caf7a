"""
Write names and sentences so that Markdown shows them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from schemaproof.report.escaping import one_line

# Longer ones are cut: a comment is no place for them.
MOST_SIGNS = 1_000
MOST_LINES = 50
SPECIAL = re.compile(r"[^\w\s.,;/()'-]|[_]", re.ASCII)


def name(text: str) -> str:
    """
    Return a name as code.
    """
    # In <code>, because a backtick ends what begins with a backtick; nobody is mentioned in it.
    return f"<code>{_entities(text)}</code>"


def words(text: str) -> str:
    """
    Return a sentence as it is.
    """
    # What an entity or a backslash hides from Markdown, a host still takes for a mention.
    return _entities(text).replace("&#64;", "<code>&#64;</code>")


def clipped(lines: Sequence[str]) -> str:
    """
    Return the lines, or as many as a reader will read.
    """
    more = len(lines) - MOST_LINES
    shown = [*lines[:MOST_LINES], *([f"- and {more} more"] if more > 0 else [])]
    return "\n".join(shown)


def _entities(text: str) -> str:
    line = one_line(text)
    if len(line) > MOST_SIGNS:
        line = f"{line[:MOST_SIGNS]}…"
    return SPECIAL.sub(lambda found: _entity(found[0]), line)


def _entity(sign: str) -> str:
    # Letters of other alphabets need none.
    return sign if ord(sign) > 127 else f"&#{ord(sign)};"  # 127 = the last of ASCII
