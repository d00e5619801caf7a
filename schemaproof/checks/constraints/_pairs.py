"""
Look for two rows of which an index must refuse the second, and for two that it must take.

One row is kept in the table. The second has its values in what the index compares, and values of
its own, with parents of its own, in everything else, so that no other key has a reason to refuse.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from psycopg import sql

from schemaproof.catalog import Column, Index, quote_identifier
from schemaproof.checks.constraints._variants import read_columns, variants
from schemaproof.rows import Values
from schemaproof.rows.statements import bare_relation
from schemaproof.trials.offers import Answer, Counter

MOST_FIRST = 12  # rows to keep, one after another, until a second one is refused
MOST_OTHERS = 12  # values to try for a column in which the second row differs


@dataclass(kw_only=True)
class Found:
    """
    What pairs of rows showed of an index.

    Attributes:
        first: The last row that was kept; None if none had anything to compare.
        refused: The second row, if the index refused it.
        gone: What had to be out of the way for that.
        accepted: A second row that was taken though the two must not both be there.
        differing: The columns in each of which a second row that differs was taken.
        answers: What else became of second rows.
    """

    first: Values | None = None
    refused: Values | None = None
    gone: list[str] = field(default_factory=list)
    accepted: Values | None = None
    differing: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


class Pairs:
    """
    The pairs of rows for one index.

    Args:
        index: The index.
        operators: For each of its keys, the operator that must not hold between two rows.
        sqlstate: The code of its refusal.
        counter: Where they are offered.
    """

    def __init__(
        self, index: Index, operators: Iterable[str], sqlstate: str, counter: Counter
    ) -> None:
        self.index, self.operators = index, (*operators,)
        self.sqlstate, self.counter = sqlstate, counter
        self.keys = [key.expression or quote_identifier(key.column or "") for key in index.keys]
        self.reading = [*self.keys, index.predicate or "true"]
        self.columns = read_columns(index.table, " ".join(self.reading), counter)
        self.another = counter.another(index.table)

    def search(self, known: list[Values]) -> Found:
        """
        Try pairs until the index refuses one, or takes one that it must refuse.

        Args:
            known: Values of which somebody says that no two rows may have them.
        """
        found = Found()
        for found.first in itertools.islice(self._firsts(known), MOST_FIRST):
            with self.counter.kept(self.index.table, found.first):
                self._try_seconds(found.first, found)
                if found.refused is not None:
                    found.differing = [*self._differing(found.first)]
            if found.refused is not None or found.accepted is not None:
                break
        return found

    def is_null_refused(self, column: str, first: Values) -> bool | None:
        """
        Tell whether a second NULL in a column is refused; None if the rows cannot be made.
        """
        one = {**first, column: None}
        if not self.counter.offer(self.index.table, [one])[0].is_taken:
            return None
        with self.counter.kept(self.index.table, one):
            (answer,) = self.counter.offer(self.index.table, [self._second(one)])
        return self.is_refused(answer) or (False if answer.is_taken else None)

    def is_refused(self, answer: Answer) -> bool:
        """
        Tell whether it was this index that refused.
        """
        if answer.sqlstate != self.sqlstate or answer.function is not None or not answer.table:
            return False
        if answer.table == self.index.table:
            return answer.constraint == self.index.name
        # A partition refuses by the name of its own part of the index.
        return answer.table in self.counter.family(self.index.table) and any(
            part.name == answer.constraint and part.keys == self.index.keys
            for part in self.counter.catalog.indexes_of(answer.table)
        )

    def _try_seconds(self, first: Values, found: Found) -> None:
        seconds = [self._second(first), *self._others(first)]
        found.answers = self.counter.offer(self.index.table, seconds[:1])
        if not self.is_refused(found.answers[0]):
            # An exclusion constraint may compare by another operator than equality.
            found.answers += self.counter.offer(self.index.table, seconds[1:])
        refused = next(filter(self.is_refused, found.answers), None)
        if refused is not None:
            found.refused = refused.offered
            return
        taken = [one.offered for one in found.answers if one.is_taken]
        found.accepted = next(filter(self._conflicts, taken), None)
        apart = self.counter.alone(self.index.table, seconds, self.is_refused)
        if found.accepted is None and apart is not None:
            found.refused, found.gone = apart[0].offered, apart[1]

    def _conflicts(self, second: Values) -> bool:
        """
        Ask the server whether the index's own operators hold between the two rows.
        """
        keys = ", ".join(f"({key}) AS k{place}" for place, key in enumerate(self.keys))
        rows = sql.SQL("(SELECT ctid, tableoid, {} FROM {} WHERE {})").format(
            sql.SQL(keys),
            bare_relation(self.index.table),
            sql.SQL(self.index.predicate or "true"),
        )
        holds = " AND ".join(
            f"a.k{place} OPERATOR({operator}) b.k{place}"
            for place, operator in enumerate(self.operators)
        )
        query = sql.SQL(
            "SELECT 1 FROM {} AS a, {} AS b WHERE (a.ctid, a.tableoid) <> (b.ctid, b.tableoid)"
            " AND {} LIMIT 1"
        ).format(rows, rows, sql.SQL(holds))
        with self.counter.kept(self.index.table, second):
            return self.counter.connection.execute(query).fetchone() is not None

    def _firsts(self, known: list[Values]) -> Iterator[Values]:
        table, draft = self.index.table, self.counter.draft(self.index.table)
        rows = variants(table, self.columns, self.counter)
        # Most often the first will do, and then the others need not be asked.
        for batch in ([*({**draft, **values} for values in known), next(rows)], rows):
            for one in self.counter.offer(table, [*batch], reading=self.reading):
                if one.stored is not None and None not in one.read and one.read[-1] == "true":
                    stored = {column.name: one.stored[column.name] for column in self.columns}
                    yield {**one.offered, **stored}

    def _second(self, first: Values) -> Values:
        return {**self.another, **{column.name: first[column.name] for column in self.columns}}

    def _others(self, first: Values) -> Iterator[Values]:
        for column in self.columns:
            yield from self._with_others(first, column)

    def _with_others(self, first: Values, column: Column) -> Iterator[Values]:
        own = self.another.get(column.name)
        rows = variants(self.index.table, [column], self.counter)
        texts = [own, *(row.get(column.name) for row in itertools.islice(rows, MOST_OTHERS))]
        for text in dict.fromkeys(texts):
            if text not in (None, first[column.name]):
                yield {**self._second(first), column.name: text}

    def _differing(self, first: Values) -> Iterator[str]:
        for column in self.columns:
            rows = [*self._with_others(first, column)]
            if any(one.is_taken for one in self.counter.offer(self.index.table, rows)):
                yield column.name
