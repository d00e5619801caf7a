"""
Name the one error that means "asked for something impossible"; say in a line what any other means.

Three doors are never confused: a wrong schema is a *violation* (a value, exit 1), an impossible
request is a `SchemaproofError` (one sentence, exit 2), and any other exception is a bug of this
package (a traceback, exit 3).
"""

from __future__ import annotations


class SchemaproofError(Exception):
    """
    The harness was asked for something that it cannot do.

    The message is one sentence, lower case and without a full stop, that says what was needed,
    what was found and what to do next.
    """


def first_line(error: BaseException) -> str:
    """
    Return the first line of what an error says; the name of its type, if it says nothing.
    """
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
