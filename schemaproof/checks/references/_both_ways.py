"""
Delete the object of a relationship as plain SQL does and as a session does, among the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy.orm import RelationshipDirection, RelationshipProperty

from schemaproof.catalog import ForeignKey, QualifiedName
from schemaproof.checks.references._session import Deletion, delete_object
from schemaproof.checks.references._state import State
from schemaproof.checks.references._trial import Overrides, Refusal, Trial
from schemaproof.rows import Family, Reach, RowMaker, Shapes

# Fewer statements than children are not one for each child.
CHILDREN = 4

Relationship = RelationshipProperty[Any]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """
    One object that was deleted both ways.

    Attributes:
        plain: What a plain DELETE left, or who refused it.
        session: What a session did.
        twice: How many statements it sent with twice the children; 0 if that was not worth trying.
        children: How many rows hung from it.
        guard: The refusal of a trigger in the rows' first state, met by both; None if there was
            none. What is above is then of a state that it lets through, if there is any.
    """

    plain: State | Refusal
    session: Deletion
    twice: int
    children: int
    guard: Refusal | None


class BothWays:
    """
    Where the objects of one relationship are deleted, each time with other rows around.
    """

    def __init__(
        self,
        relationship: Relationship,
        key: ForeignKey,
        trial: Trial,
        shapes: Shapes,
        overrides: Overrides,
    ) -> None:
        self._relationship, self._key, self._trial = relationship, key, trial
        self._shapes, self._overrides = shapes, overrides
        self._tables: list[QualifiedName] = []
        self._hung = 0
        self._reach = Reach.BELOW

    def compare(self) -> Comparison:
        """
        Delete an object with its children, and once more with twice as many if they may count.

        Raises:
            NoRowFound: There are no such rows.
            NotLoaded: A class cannot load them.
            psycopg.Error: The server does not let them be made.
        """
        plain, session = self._delete(CHILDREN)
        if self._is_hidden(plain) and self._is_hidden(session.answer):
            # A key further down refuses before anybody sees what this one does.
            self._reach = Reach.BARE
            plain, session = self._delete(CHILDREN)
        children = self._hung
        guard = _trigger(plain) if isinstance(session.answer, Refusal) else None
        if guard is not None:
            plain, session = next(self._let_through(), (plain, session))
        is_many = session.statements >= CHILDREN
        twice = self._delete(2 * CHILDREN)[1].statements if is_many else 0
        return Comparison(plain=plain, session=session, twice=twice, children=children, guard=guard)

    def _is_hidden(self, answer: State | Refusal) -> bool:
        by = answer.constraint if isinstance(answer, Refusal) else None
        return by not in (None, self._key.name)

    def _let_through(self) -> Iterator[tuple[State | Refusal, Deletion]]:
        first = self._overrides
        states = [
            [(table, column, value) for value in values if column not in first.get(table, {})]
            for table in self._tables
            for column, values in sorted(self._shapes[table].states.items())
        ]
        for number in range(max(map(len, states), default=0)):
            # One state of every column at a time: a guard speaks of one, as a rule.
            self._overrides = {table: dict(values) for table, values in first.items()}
            for settings in filter(None, states):
                table, column, value = settings[number % len(settings)]
                self._overrides.setdefault(table, {})[column] = value
            try:
                found = self._delete(CHILDREN)
            except psycopg.OperationalError:
                raise
            except psycopg.Error:
                continue  # such rows cannot be made
            if _trigger(found[0]) is None:
                yield found
        self._overrides = first

    def _delete(self, children: int) -> tuple[State | Refusal, Deletion]:
        trial = self._trial
        with trial.undone():
            maker = RowMaker(
                catalog=trial.catalog,
                connection=trial.raw,
                shapes=self._shapes,
                overrides=self._overrides,
            )
            family = Family(self._key, maker, children=children, reach=self._reach)
            self._tables = [*dict.fromkeys(row.table for row in maker.made)]
            self._hung = len(family.children)
            points = self._relationship.direction is RelationshipDirection.MANYTOONE
            # Seen from a child: one that has nothing below, so that only its parent is at stake.
            row = family.children[-1] if points else family.parent
            plain = trial.delete(row)
            return plain, delete_object(trial, self._relationship.parent, row)


def _trigger(answer: State | Refusal) -> Refusal | None:
    return answer if isinstance(answer, Refusal) and answer.is_by_trigger else None
