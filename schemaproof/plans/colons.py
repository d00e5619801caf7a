"""
Tell the colons of parameters from all others, in SQL as people write it.

SQLAlchemy takes ``:name`` for a parameter within a quoted text too, and takes it for none where a
cast follows.

Source: https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text
"""

from __future__ import annotations

import re

PARTS = re.compile(
    r"(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|(?P<tag>\$\w*\$).*?(?P=tag))"
    r"|(?<![:\w\\]):(?P<cast>\w+)(?=::)",
    re.DOTALL,
)
# As SQLAlchemy finds a parameter.
PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w+(?![:\w]))")


def told_apart(text: str) -> str:
    """
    Return SQL in which SQLAlchemy sees the parameters that a person sees.
    """
    return PARTS.sub(_mended, text)


def _mended(found: re.Match[str]) -> str:
    if found["cast"]:
        return f"(:{found['cast']})"
    return PARAMETER.sub(r"\\:", found["quoted"])
