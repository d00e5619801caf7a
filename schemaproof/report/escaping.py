"""
Make names from a database harmless where they are written.

A name may hold everything but NUL: line ends, colours of a terminal, marks that turn the
direction of what follows. Paths may hold bytes that are no text at all.
"""

from __future__ import annotations


def encodable(text: str) -> str:
    """
    Return the text with lone surrogates written out, as JSON writes them too.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def one_line(text: str) -> str:
    """
    Return the text on one line, with what nobody could see written out.
    """
    return "".join(map(_visible, " ".join(text.split())))


def _visible(sign: str) -> str:
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
