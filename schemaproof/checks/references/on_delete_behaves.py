"""
Delete a parent of every foreign key, and compare what remains with what the models declare.

An ``ondelete`` is a promise about rows, so rows are made and deleted, with grandchildren and
bystanders, in every state that an enumerated column can hold. A trigger that refuses the delete in
some states is reported as such and is not a broken key. What the ORM makes of the key is told by
``orm-cascade-agrees``.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, ForeignKey
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks._unmade import unmade
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.references._experiment import Experiment, Outcome, Setting
from schemaproof.checks.references._missing import missing_key
from schemaproof.checks.references._trial import Trial
from schemaproof.postgres import Database, Databases
from schemaproof.rows import NoRowFound, Shapes
from schemaproof.targets import foreign_key_name, is_missing, short_name


@check("references/on-delete-behaves")
def on_delete_behaves(
    foreign_key: ForeignKey,
    catalog: Catalog,
    declared: Catalog,
    mappers: tuple[Mapper[Any], ...],
    databases: Databases,
    migrated: Database,
    shapes: Shapes,
) -> Iterator[Yielded]:
    if is_missing(foreign_key, catalog):
        yield missing_key(foreign_key)
        return
    promised = _promised(foreign_key, declared)
    # This key is held to the models' word and every other one to the database's, so that one wrong
    # key is one violation and not one for each key above it.
    keys = [promised if key == foreign_key else key for key in catalog.foreign_keys]
    with databases.undone(migrated) as connection:
        trial = Trial(connection, catalog)
        try:
            outcomes = Experiment(foreign_key, keys, trial, shapes).run()
        except psycopg.OperationalError:
            raise  # the server is in trouble, which says nothing of the key
        except (NoRowFound, psycopg.Error) as error:
            yield unmade(error, "delete such rows")
            return
    deviations = _deviations(outcomes)
    if not deviations:
        yield Evidence(seen=_summary(promised, outcomes))
    for found in deviations:
        yield Violation(
            where=foreign_key_name(foreign_key),
            found=f"the models declare ON DELETE {promised.on_delete}, but a delete by "
            f"raw SQL {found}",
            because=_because(promised),
            fix=_fix(foreign_key, promised),
            location=class_location(
                mapper_of(foreign_key.table, mappers), mentioning=foreign_key.columns[0]
            ),
        )


def _promised(key: ForeignKey, declared: Catalog) -> ForeignKey:
    for other in declared.foreign_keys_of(key.table):
        if (other.columns, other.target) == (key.columns, key.target):
            # The action alone is in question; whether the names agree is drift's.
            return replace(key, on_delete=other.on_delete, delete_columns=other.delete_columns)
    return key


def _deviations(outcomes: list[Outcome]) -> list[str]:
    refusals = [outcome.trigger for outcome in outcomes]
    if refusals and refusals[0] is not None and all(refusals):
        return [f"is refused in every state by {refusals[0].by}"]
    found: dict[str, str] = {}
    for outcome in outcomes:
        deviation = outcome.deviation
        # The first rows that show it are enough.
        if deviation is None or deviation in found:
            continue
        is_always = all(one.deviation == deviation for one in outcomes if one.trigger is None)
        found[deviation] = "" if is_always else _named(outcome.settings)
    return [f"{deviation}{where}" for deviation, where in found.items()]


def _named(settings: tuple[Setting, ...]) -> str:
    words = [f"{short_name(table)}.{column} = {value!r}" for table, column, value in settings]
    return f" where {' and '.join(words)}" if words else ""


def _summary(key: ForeignKey, outcomes: list[Outcome]) -> str:
    passed = [outcome.deleted for outcome in outcomes if outcome.trigger is None]
    rows, tables = next((deleted for deleted in passed if deleted[0]), (0, 0))
    does = f"{key.on_delete}: {rows} rows of {tables} tables go" if rows else key.on_delete
    states = {setting for o in outcomes if o.trigger is None for setting in o.settings}
    clauses = [f"{does}, in each of {len(states)} states" if states else does]
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


def _fix(key: ForeignKey, promised: ForeignKey) -> str:
    if key.on_delete != promised.on_delete:
        return (
            f"In a new revision drop {key.name} and make it again with "
            f"ondelete={promised.on_delete!r}, or change the model."
        )
    return f"Find the trigger or rule on {short_name(key.table)} that stands in the key's way."
