"""
Delete one parent in every state, and set the answers beside the law.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from schemaproof.catalog import ForeignKey, QualifiedName
from schemaproof.checks.references._state import State, difference
from schemaproof.checks.references._trial import Overrides, Refusal, Trial
from schemaproof.rows import (
    Family,
    Law,
    Reach,
    Refused,
    Row,
    RowMaker,
    Shapes,
    defaults,
    in_firing_order,
)

# (table, column, value): one enumerated column in one of its states.
Setting = tuple[QualifiedName, str, str]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """
    One delete.

    Attributes:
        settings: The states that the rows were given.
        expected: What the declared keys leave, or the key that must refuse.
        answer: What the server left.
        deleted: How many rows of how many tables the law takes along.
    """

    settings: tuple[Setting, ...]
    expected: State | Refused
    answer: State | Refusal
    deleted: tuple[int, int]

    @property
    def trigger(self) -> Refusal | None:
        """
        The refusal of a trigger, if the delete met one.
        """
        is_trigger = isinstance(self.answer, Refusal) and self.answer.is_by_trigger
        return self.answer if is_trigger and isinstance(self.answer, Refusal) else None

    @property
    def deviation(self) -> str | None:
        """
        How the answer differs from the law; None if it does not, or a trigger's word was last.
        """
        if isinstance(self.answer, Refusal):
            is_due = isinstance(self.expected, Refused) and (
                self.answer.constraint == self.expected.by
            )
            return None if is_due or self.trigger else f"is refused by {self.answer.by}"
        if isinstance(self.expected, Refused):
            return "deletes the parent"
        return difference(self.expected, self.answer)


class Experiment:
    """
    The deletes that are tried for one foreign key.
    """

    def __init__(
        self,
        key: ForeignKey,
        keys: list[ForeignKey],
        trial: Trial,
        shapes: Shapes,
    ) -> None:
        self.key, self.trial, self.shapes = key, trial, shapes
        # A migration may have put rows there; nothing hangs them under the row that is deleted.
        self.present = trial.state()
        self.law = Law(
            keys=in_firing_order(keys, trial.raw),
            defaults=defaults(keys, trial.catalog, trial.raw),
            is_one_transaction=True,
        )

    def run(self) -> list[Outcome]:
        """
        Try the defaults, then every state of every enumerated column.

        The states are tried many at a time, one of each column. Where a trigger refuses such a
        group, each of its states is tried alone, beside states that are let through.
        """
        outcomes = self._attempts([()])
        for reach in (Reach.BELOW, Reach.BARE):
            # Another key refuses before anybody sees what this one does.
            if outcomes and self._is_hidden(outcomes[-1]):
                outcomes.extend(filter(None, [self.attempt((), reach)]))
        columns = list(self.states().values())
        longest = max(map(len, columns), default=0)
        groups = [
            tuple(states[number % len(states)] for states in columns) for number in range(longest)
        ]
        tried = self._attempts(groups)
        allowed = next((outcome.settings for outcome in tried if outcome.trigger is None), ())
        for outcome in tried:
            if outcome.trigger is None:
                outcomes.append(outcome)
                continue
            alone = [
                (*(other for other in allowed if other[:2] != setting[:2]), setting)
                for setting in outcome.settings
            ]
            outcomes.extend(self._attempts(alone))
        return outcomes

    def _is_hidden(self, outcome: Outcome) -> bool:
        refused = outcome.expected
        return isinstance(refused, Refused) and refused.by != self.key.name

    def _attempts(self, groups: list[tuple[Setting, ...]]) -> list[Outcome]:
        outcomes = []
        for group in groups:
            outcome = self.attempt(group)
            if outcome is not None:
                outcomes.append(outcome)
            elif len(group) > 1:
                # Together they contradict a constraint or each other; alone each may stand.
                outcomes.extend(self._attempts([(setting,) for setting in group]))
        return outcomes

    def states(self) -> dict[tuple[QualifiedName, str], list[Setting]]:
        """
        Return every state of every enumerated column of the tables that the delete can reach.
        """
        return {
            (table, column): [(table, column, value) for value in values]
            for table in self.trial.reached_from(self.key.target)
            if table in self.shapes
            for column, values in sorted(self.shapes[table].states.items())
        }

    def attempt(self, settings: tuple[Setting, ...], reach: Reach = Reach.WHOLE) -> Outcome | None:
        """
        Plant a family in those states and delete its parent; None if it cannot be planted so.
        """
        overrides: Overrides = {}
        for table, column, value in settings:
            overrides.setdefault(table, {})[column] = value
        planted = self.trial.orm.begin_nested()
        try:
            maker = RowMaker(
                catalog=self.trial.catalog,
                connection=self.trial.raw,
                shapes=self.shapes,
                overrides=overrides,
            )
            family = Family(self.key, maker, reach=reach)
            left = self._left(maker.made, family.parent)
            gone = [] if isinstance(left, Refused) else _missing(maker.made, left)
            return Outcome(
                settings=settings,
                expected=left
                if isinstance(left, Refused)
                else self.present + self.trial.expected(left),
                answer=self.trial.delete(family.parent),
                deleted=(len(gone), len(set(gone))),
            )
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            # A trigger or constraint does not let such rows be made, so none is there to delete.
            if not settings:
                raise
            return None
        finally:
            planted.rollback()

    def _left(self, rows: list[Row], victim: Row) -> list[Row] | Refused:
        # A default promises that there is a row of that name, whether there is one or not.
        named = [*self._named_by_defaults()]
        left = self.law.delete([*rows, *named], [victim])
        return left if isinstance(left, Refused) else [row for row in left if row not in named]

    def _named_by_defaults(self) -> Iterator[Row]:
        for key in self.law.keys:
            values = [self.law.defaults.get((key.table, name)) for name in key.columns]
            if key.on_delete == "SET DEFAULT" and None not in values:
                given = dict(zip(key.target_columns, values, strict=True))
                nothing = dict.fromkeys(self.trial.catalog.types_of(key.target))
                yield Row(key.target, {**nothing, **given})


def _missing(before: Sequence[Any], after: Sequence[Any]) -> list[QualifiedName]:
    kept = [row.table for row in after]
    gone = [row.table for row in before]
    for table in kept:
        gone.remove(table)
    return gone
