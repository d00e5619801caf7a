"""
Replace what stands between two marks in a page, and leave every other byte as it is.

A mark is a line of its own: ``<!-- generated: NAME -->`` before, ``<!-- end -->`` after. One that
is indented or stands in a sentence, as where a page speaks of marks, is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from schemaproof.errors import SchemaproofError

BEGIN = re.compile(r"^<!-- generated: (\S+) -->[ \t]*(?=\r?$)", re.MULTILINE)
END = re.compile(r"^<!-- end -->[ \t]*(?=\r?$)", re.MULTILINE)
MARK = re.compile(f"{BEGIN.pattern}|{END.pattern}", re.MULTILINE)


class BadMarks(SchemaproofError):
    """A page's marks do not pair up, or name a part that nobody generates."""


def has_marks(text: str) -> bool:
    """
    Tell whether anything in a page is generated.
    """
    return MARK.search(text) is not None


def regenerate(text: str, known: Collection[str], made: Callable[[str], str]) -> str:
    """
    Return a page with its generated parts as they must be.

    Args:
        text: The page.
        known: The names of the parts that there are.
        made: Makes a part by its name, with line feeds.

    Raises:
        BadMarks: A mark has no pair, or names no part.
    """
    marks = [*MARK.finditer(text)]
    names = [mark[1] for mark in marks]
    begins, ends = names[::2], names[1::2]
    unknown = sorted({name for name in names if name} - {*known})
    is_paired = len(begins) == len(ends) and all(begins) and not any(ends)
    if unknown or not is_paired:
        found = ", ".join(name or "end" for name in names)
        raise BadMarks(
            f"needs pairs of marks, <!-- generated: NAME --> and <!-- end -->, with NAME one of "
            f"{', '.join(sorted(known))}; found {found}"
        )
    # A page that came from Windows stays one.
    line_end = "\r\n" if "\r\n" in text else "\n"
    parts, at = [], 0
    for begin, end in zip(marks[::2], marks[1::2], strict=True):
        body = made(begin[1]).strip("\n")
        # Blank lines, because some renderers take a comment for part of the table beside it.
        parts += [text[at : begin.end()], f"\n\n{body}\n\n".replace("\n", line_end)]
        at = end.start()
    return "".join([*parts, text[at:]])
