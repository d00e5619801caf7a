"""
Put a claim about a table to a counter, and say what to do if the table takes no row at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import psycopg

from schemaproof.catalog import QualifiedName
from schemaproof.checks._unmade import row_wanted
from schemaproof.checks.check import Skip, Yielded
from schemaproof.errors import first_line
from schemaproof.rows import NoRowFound
from schemaproof.trials.offers import Answer, Counter, Offers


def judged(
    offers: Offers, table: QualifiedName, judge: Callable[[Counter], Iterable[Yielded]]
) -> Iterator[Yielded]:
    """
    Yield what ``judge`` finds at a counter where a row of ``table`` is at hand.
    """
    try:
        with offers.at(table) as counter:
            found = [*judge(counter)]
    except psycopg.OperationalError:
        raise  # the server is in trouble, which says nothing of the table
    except (NoRowFound, psycopg.Error) as error:
        # What is in the way may be a parent's.
        wanting = error.table if isinstance(error, NoRowFound) else table
        yield Skip(why=f"{first_line(error)}; {row_wanted(wanting)}")
        return
    yield from found


def removed(gone: Iterable[str]) -> str:
    """
    Say what had to be out of the way.
    """
    words = [*gone]
    return (
        f", once {' and '.join(words)} {'is' if len(words) == 1 else 'are'} out of the way"
        if words
        else ""
    )


def in_the_way(answers: Iterable[Answer]) -> str:
    """
    Say who refused, each once.
    """
    return ", ".join(dict.fromkeys(one.by for one in answers if not one.is_taken))
