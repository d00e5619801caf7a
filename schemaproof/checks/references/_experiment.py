"""
Delete one parent every way and in every state, and set the answers beside the law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy.orm import Mapper

from schemaproof.catalog import ForeignKey, QualifiedName
from schemaproof.checks.references._trial import Refusal, State, Trial
from schemaproof.rows import Family, Refused, RowMaker, Shapes, remains
from schemaproof.targets import short_name

# (table, column, value): one enumerated column in one of its states.
Setting = tuple[QualifiedName, str, str]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """
    One delete, tried every way.

    Attributes:
        settings: The states that the rows were given.
        expected: What the declared keys leave, or the key that must refuse.
        answers: What happened, by way: ``raw SQL``, ``the ORM``.
        deleted: How many rows of how many tables the law takes along.
    """

    settings: tuple[Setting, ...]
    expected: State | Refused
    answers: dict[str, State | Refusal]
    deleted: tuple[int, int]

    @property
    def trigger(self) -> Refusal | None:
        """
        The refusal of a trigger, if raw SQL met one.
        """
        answer = self.answers["raw SQL"]
        return answer if isinstance(answer, Refusal) and answer.is_by_trigger else None

    def deviation(self, way: str) -> str | None:
        """
        Say how one way's answer differs from the law; None if it does not.
        """
        answer = self.answers[way]
        if self.trigger is not None:
            return None if isinstance(answer, Refusal) else "does what raw SQL is refused"
        if isinstance(answer, Refusal):
            if isinstance(self.expected, Refused) and answer.constraint == self.expected.by:
                return None
            return f"is refused by {answer.by}"
        if isinstance(self.expected, Refused):
            return "deletes the parent"
        return _told(self.expected, answer)


class Experiment:
    """
    The deletes that are tried for one foreign key.
    """

    def __init__(
        self,
        key: ForeignKey,
        keys: list[ForeignKey],
        mapper: Mapper[Any] | None,
        trial: Trial,
        shapes: Shapes,
    ) -> None:
        self.key, self.keys, self.mapper = key, keys, mapper
        self.trial, self.shapes = trial, shapes
        # A migration may have put rows there; nothing hangs them under the row that is deleted.
        self.present = trial.state()
        self.defaults = {
            (str(key.table), column): trial.default_of(key.table, column)
            for key in keys
            if key.on_delete == "SET DEFAULT"
            for column in key.delete_columns or key.columns
        }

    def run(self) -> list[Outcome]:
        """
        Try the defaults, then every state of every enumerated column.

        The states are tried many at a time, one of each column. Where a trigger refuses such a
        group, each of its states is tried alone, beside states that are let through.
        """
        outcomes = self._attempts([()])
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
            for table in self._reached()
            for column, values in sorted(self.shapes[table].states.items())
        }

    def attempt(self, settings: tuple[Setting, ...]) -> Outcome | None:
        """
        Plant a family in those states and delete its parent; None if it cannot be planted so.
        """
        overrides: dict[QualifiedName, dict[str, str | None]] = {}
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
            family = Family(self.key, maker)
            left = remains(maker.made, self.keys, family.parent, self.defaults)
            gone = [] if isinstance(left, Refused) else _missing(maker.made, left)
            answers: dict[str, State | Refusal] = {"raw SQL": self.trial.delete_raw(family.parent)}
            if self.mapper is not None:
                answer = self.trial.delete_through(self.mapper, family.parent)
                answers.update({} if answer is None else {"the ORM": answer})
            return Outcome(
                settings=settings,
                expected=left
                if isinstance(left, Refused)
                else self.present + self.trial.expected(left),
                answers=answers,
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

    def _reached(self) -> list[QualifiedName]:
        reached = [self.key.target]
        for table in reached:
            below = {key.table for key in self.trial.catalog.foreign_keys_to(table)}
            reached.extend(sorted(below - set(reached), key=str))
        return [table for table in reached if table in self.shapes]


def _missing(before: Sequence[Any], after: Sequence[Any]) -> list[QualifiedName]:
    kept = [row.table for row in after]
    gone = [row.table for row in before]
    for table in kept:
        gone.remove(table)
    return gone


def _told(expected: State, answer: State) -> str | None:
    clauses = []
    for table in sorted({table for table, _ in expected | answer}, key=str):
        left = sum(n for (of, _), n in answer.items() if of == table)
        right = sum(n for (of, _), n in expected.items() if of == table)
        if left != right:
            clauses.append(
                f"leaves {left} of the {right} rows of {short_name(table)} that must stay"
                if left < right
                else f"leaves {left - right} rows of {short_name(table)} that must go"
            )
        elif any(answer[key] != n for key, n in expected.items() if key[0] == table):
            clauses.append(f"leaves other references in {short_name(table)} than declared")
    return ", ".join(clauses) or None
