"""
Delete a parent of every foreign key, and compare what remains with what the models declare.

An ``ondelete`` is a promise about rows, so rows are made and deleted: raw and through the ORM, with
grandchildren and bystanders, in every state that an enumerated column can hold. A trigger that
refuses the delete in some states is reported as such and is not a broken key.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.references._trial import Refusal, State, Trial, trial_on
from schemaproof.postgres import Database, Databases
from schemaproof.rows import Family, NoRowFound, Refused, RowMaker, Shape, remains
from schemaproof.subject import foreign_key_name, short_name

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
        Say how the answer differs from the law; None if it does not.
        """
        answer = self.answers[way]
        if self.trigger is not None:
            return None if isinstance(answer, Refusal) else f"{way} deletes what raw SQL may not"
        if isinstance(answer, Refusal):
            if isinstance(self.expected, Refused) and answer.constraint == self.expected.by:
                return None
            return f"{way} is refused by {answer.by}"
        if isinstance(self.expected, Refused):
            return f"{way} deletes the parent"
        return _told(way, self.expected, answer)


@check("references/on-delete-behaves")
def on_delete_behaves(
    foreign_key: ForeignKey,
    catalog: Catalog,
    declared: Catalog,
    mappers: tuple[Mapper[Any], ...],
    databases: Databases,
    migrated: Database,
    shapes: dict[QualifiedName, Shape],
) -> Iterator[Yielded]:
    promised = _promised(foreign_key, declared)
    keys = [_promised(key, declared) for key in catalog.foreign_keys]
    mapper = mapper_of(foreign_key.target, mappers)
    with databases.clone(migrated) as clone, trial_on(clone, catalog) as trial:
        experiment = _Experiment(foreign_key, keys, mapper, trial, shapes)
        try:
            outcomes = experiment.run()
        except (NoRowFound, psycopg.Error) as error:
            yield Skip(why=f"{error}; mend the constraint, or waive the check for this key")
            return
    deviations = list(_deviations(outcomes))
    if not deviations:
        yield Evidence(seen=_summary(promised, outcomes, mapper is not None))
    for way, found in deviations:
        yield Violation(
            where=foreign_key_name(foreign_key),
            found=f"the models declare ON DELETE {promised.on_delete}, but {found}",
            because=_because(promised),
            fix=_fix(foreign_key, promised, way),
            location=class_location(
                mapper_of(foreign_key.table, mappers), mentioning=foreign_key.columns[0]
            ),
        )


class _Experiment:
    def __init__(
        self,
        key: ForeignKey,
        keys: list[ForeignKey],
        mapper: Mapper[Any] | None,
        trial: Trial,
        shapes: dict[QualifiedName, Shape],
    ) -> None:
        self.key, self.keys, self.mapper = key, keys, mapper
        self.trial, self.shapes = trial, shapes

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
        return [outcome for group in groups if (outcome := self.attempt(group)) is not None]

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
            left = remains(maker.made, self.keys, family.parent)
            gone = [] if isinstance(left, Refused) else _missing(maker.made, left)
            answers = {"raw SQL": self.trial.delete_raw(family.parent)}
            if self.mapper is not None:
                answers["the ORM"] = self.trial.delete_through(self.mapper, family.parent)
            return Outcome(
                settings=settings,
                expected=left if isinstance(left, Refused) else self.trial.expected(left),
                answers=answers,
                deleted=(len(gone), len(set(gone))),
            )
        except psycopg.errors.RaiseException:
            # A trigger does not let such rows be made, so none can be there to be deleted.
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


def _promised(key: ForeignKey, declared: Catalog) -> ForeignKey:
    same = (
        other
        for other in declared.foreign_keys_of(key.table)
        if (other.columns, other.target) == (key.columns, key.target)
    )
    return next(same, key)


def _missing(before: Sequence[Any], after: Sequence[Any]) -> list[QualifiedName]:
    kept = [row.table for row in after]
    gone = [row.table for row in before]
    for table in kept:
        gone.remove(table)
    return gone


def _deviations(outcomes: list[Outcome]) -> Iterator[tuple[str, str]]:
    if outcomes and all(outcome.trigger for outcome in outcomes):
        refusal = outcomes[0].trigger
        yield "raw SQL", f"in every state raw SQL is refused by {refusal.by if refusal else ''}"
        return
    seen: set[tuple[str, str]] = set()
    for outcome in outcomes:
        for way in outcome.answers:
            found = outcome.deviation(way)
            if found is None or (way, found) in seen:
                continue
            seen.add((way, found))
            yield way, f"{found}{_named(outcome.settings)}"


def _told(way: str, expected: State, answer: State) -> str | None:
    clauses = []
    for table in sorted({table for table, _ in expected | answer}, key=str):
        left = sum(n for (of, _), n in answer.items() if of == table)
        right = sum(n for (of, _), n in expected.items() if of == table)
        if left != right:
            clauses.append(f"leaves {left} rows of {short_name(table)} instead of {right}")
        elif any(answer[key] != n for key, n in expected.items() if key[0] == table):
            clauses.append(f"leaves other references in {short_name(table)} than declared")
    return f"{way} {', '.join(clauses)}" if clauses else None


def _named(settings: tuple[Setting, ...]) -> str:
    if not settings:
        return ""
    words = [f"{short_name(table)}.{column} = {value!r}" for table, column, value in settings]
    return f" where {' and '.join(words)}"


def _summary(key: ForeignKey, outcomes: list[Outcome], mapped: bool) -> str:
    passed = next(outcome for outcome in outcomes if outcome.trigger is None)
    rows, tables = passed.deleted
    ways = "raw and ORM" if mapped else "raw"
    does = f"{key.on_delete}: {rows} rows of {tables} tables go" if rows else key.on_delete
    states = {setting for o in outcomes if o.trigger is None for setting in o.settings}
    clauses = [f"{does}, {ways}, in each of {len(states)} states" if states else f"{does}, {ways}"]
    for outcome in outcomes:
        if outcome.trigger is not None and outcome.settings:
            table, column, value = outcome.settings[-1]
            clauses.append(
                f"refused while {short_name(table)}.{column} = {value!r} by {outcome.trigger.by}"
            )
    return "; ".join(dict.fromkeys(clauses))


def _because(key: ForeignKey) -> str:
    child, parent = short_name(key.table), short_name(key.target)
    return {
        "CASCADE": f"deleting a row of {parent} fails or leaves rows of {child} behind",
        "SET NULL": f"deleting a row of {parent} loses rows of {child}, or fails",
        "SET DEFAULT": f"rows of {child} keep pointing at a deleted row of {parent}, or are lost",
    }.get(key.on_delete, f"rows of {child} are lost with their {parent} though the key forbids it")


def _fix(key: ForeignKey, promised: ForeignKey, way: str) -> str:
    if way == "the ORM":
        return (
            "Give the relationships that follow this key passive_deletes=True, and on the parent's "
            "side a cascade that agrees with it."
        )
    if key.on_delete == promised.on_delete:
        return f"Find the trigger or rule on {short_name(key.table)} that stands in the key's way."
    return (
        f"In a new revision drop {key.name} and make it again with "
        f"ondelete={promised.on_delete!r}, or change the model."
    )
