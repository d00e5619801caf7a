"""
Say numbers and spans with their nouns, and a mend as SQL and as a revision would run it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.checks.check import Skip
from schemaproof.checks.drift._mending.calls import execute

SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
NAMED = 3  # in a reason why something was skipped


def count(number: int, noun: str, plural: str = "") -> str:
    """
    Return a number with its noun: ``1 row``, ``2,000 rows``.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def span(seconds: float) -> str:
    """
    Return a span of time in the largest unit that it holds one of.
    """
    unit, noun = next((each for each in SPANS if seconds >= each[0]), SPANS[-1])
    return count(int(seconds // unit), noun)


def mended(statement: str) -> str:
    """
    Return a statement, and the call by which a revision sends it.
    """
    return f"{statement}; in a revision: {execute(statement)}"


def mended_outside(statement: str) -> str:
    """
    Return a statement that no transaction may hold, and how a revision sends it all the same.
    """
    return (
        f"{statement}; in a revision, within op.get_context().autocommit_block(): "
        f"{execute(statement)}"
    )


def unseen(what: str, reasons: Iterable[str]) -> Iterator[Skip]:
    """
    Yield why some of a kind could not be looked at, if there are any.
    """
    told = sorted({*reasons})
    if told:
        more = f", and {len(told) - NAMED} more" if len(told) > NAMED else ""
        yield Skip(why=f"not every {what} could be looked at: {'; '.join(told[:NAMED])}{more}")
