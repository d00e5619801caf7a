"""
Vary a row in the columns that a constraint reads, and in no other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import suppress

import psycopg

from schemaproof.catalog import Column, QualifiedName
from schemaproof.rows import NoRowFound, Values, guesses
from schemaproof.rows.candidates import mentions, takes_null
from schemaproof.trials.offers import Counter

# Rows for one constraint that reads several columns.
MOST_ROWS = 300


def read_columns(table: QualifiedName, expression: str, counter: Counter) -> list[Column]:
    """
    Return the columns that an expression mentions; for a generated one, what it is made from.
    """
    found: dict[str, Column] = {}
    for column in counter.catalog.columns_of(table):
        if not mentions(expression, column.name):
            continue
        if column.generated is None:
            found[column.name] = column
        else:
            inputs = read_columns(table, column.generated, counter)
            found.update({one.name: one for one in inputs})
    return [*found.values()]


def variants(table: QualifiedName, columns: list[Column], counter: Counter) -> Iterator[Values]:
    """
    Yield rows that the table may take or not, the draft first.
    """
    draft = counter.draft(table)
    yield draft
    pools = [_pool(column, draft, counter, alone=len(columns) == 1) for column in columns]
    if len(pools) > 1:
        most = max(2, int(MOST_ROWS ** (1 / len(pools))))
        pools = [pool[:most] for pool in pools]
    names = [column.name for column in columns]
    for texts in itertools.islice(itertools.product(*pools), MOST_ROWS):
        yield {**draft, **dict(zip(names, texts, strict=True))}


def _pool(column: Column, draft: Values, counter: Counter, *, alone: bool) -> list[str | None]:
    known = draft.get(column.name)
    texts = guesses(column, counter.catalog)
    if not alone:
        # What is not even of the type would use up the few places.
        answers = counter.cast(column.type, texts)
        texts = tuple(text for text, one in zip(texts, answers, strict=True) if one.is_taken)
    referred = _referred(column, draft, counter) if known is None else None
    first = [text for text in (known, referred) if text is not None]
    nothing: Iterable[str | None] = [None] if takes_null(column, counter.catalog) else []
    return [*dict.fromkeys([*first, *nothing, *texts])]


def _referred(column: Column, draft: Values, counter: Counter) -> str | None:
    """
    Return a value that a parent has, if the column refers to one and one can be made.
    """
    for key in counter.catalog.foreign_keys_of(column.table):
        if column.name in key.columns:
            others = {name: draft[name] for name in key.columns if draft.get(name) is not None}
            with suppress(NoRowFound, psycopg.IntegrityError, psycopg.DataError):
                return counter.reference(key, others)[column.name]
    return None
