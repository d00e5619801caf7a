"""
Delete through every relationship, and compare the ORM with what the database does by itself.

A ``relationship()`` has a cascade of its own. Unless it is told to leave the work to the foreign
key, a session loads every child and deletes it, or sets its reference to NULL, row by row and
whatever the key says. So one object is deleted with its children and grandchildren, the rows that
are left are compared with those that a plain DELETE leaves, and the statements are counted.

Source: https://docs.sqlalchemy.org/en/20/orm/cascades.html#using-foreign-key-on-delete-cascade-with-orm-relationships
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy.orm import Mapper, RelationshipDirection, RelationshipProperty

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName
from schemaproof.checks._locate import class_location
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.references._session import (
    Deletion,
    NotLoaded,
    delete_object,
    discriminators,
)
from schemaproof.checks.references._state import State, difference
from schemaproof.checks.references._trial import Refusal, Trial, trial_on
from schemaproof.postgres import Database, Databases
from schemaproof.rows import Family, NoRowFound, RowMaker, Shapes, Values
from schemaproof.targets import short_name

# Fewer statements than children are not one for each child.
CHILDREN = 4

Relationship = RelationshipProperty[Any]


@check("references/orm-cascade-agrees")
def orm_cascade_agrees(
    relationship: Relationship,
    mappers: tuple[Mapper[Any], ...],
    catalog: Catalog,
    databases: Databases,
    migrated: Database,
    shapes: Shapes,
) -> Iterator[Yielded]:
    owner = relationship.parent
    if relationship.viewonly:
        yield Evidence(seen="only reads, so it deletes nothing")
        return
    key = _followed(relationship, catalog)
    if key is None or len(owner.tables) > 1:
        why = "lies in several tables" if key else "follows no foreign key of the database"
        yield Skip(why=f"it {why}; delete such an object in a test of your own")
        return
    with databases.clone(migrated) as clone, trial_on(clone, catalog) as trial:
        try:
            bench = _Bench(relationship, key, trial, shapes, discriminators(mappers))
            expected, deletion = bench.delete(CHILDREN)
            # One for each child, or one for each relationship? Twice the children will tell.
            more = deletion.statements >= CHILDREN
            twice = bench.delete(2 * CHILDREN)[1].statements if more else 0
        except psycopg.OperationalError:
            raise  # the server is in trouble, which says nothing of the relationship
        except (NoRowFound, NotLoaded, psycopg.Error) as error:
            told = str(error).splitlines()[0]
            yield Skip(why=f"{told}; mend it, or delete such an object in a test of your own")
            return
    clauses = [*_deviations(key, expected, deletion, twice)]
    if not clauses:
        yield Evidence(seen=_summary(expected, deletion))
        return
    yield Violation(
        where=f"{owner.class_.__name__}.{relationship.key}",
        found=f"a delete of one {owner.class_.__name__} through the ORM {' and '.join(clauses)}",
        because=_because(key, expected, deletion),
        fix=_fix(relationship, key),
        location=class_location(owner, mentioning=relationship.key),
    )


class _Bench:
    """Where the objects of one relationship are deleted, each time with other rows around."""

    def __init__(
        self,
        relationship: Relationship,
        key: ForeignKey,
        trial: Trial,
        shapes: Shapes,
        overrides: dict[QualifiedName, Values],
    ) -> None:
        self._relationship, self._key, self._trial = relationship, key, trial
        self._shapes, self._overrides = shapes, overrides

    def delete(self, children: int) -> tuple[State | Refusal, Deletion]:
        """
        Return what a plain DELETE leaves of an object with so many children, and what the ORM does.
        """
        trial = self._trial
        with trial.undone():
            maker = RowMaker(
                catalog=trial.catalog,
                connection=trial.raw,
                shapes=self._shapes,
                overrides=self._overrides,
            )
            family = Family(self._key, maker, children=children, is_whole=False)
            points = self._relationship.direction is RelationshipDirection.MANYTOONE
            # Seen from a child: one that has nothing below, so that only its parent is at stake.
            row = family.children[-1] if points else family.parent
            expected = trial.delete(row)
            return expected, delete_object(trial, self._relationship.parent, row)


def _followed(relationship: Relationship, catalog: Catalog) -> ForeignKey | None:
    pairs = {(here.name, there.name) for there, here in relationship.synchronize_pairs}
    tables = {here.table for _, here in relationship.synchronize_pairs}
    table = next(iter(tables))
    name = QualifiedName(getattr(table, "schema", None) or "public", getattr(table, "name", ""))
    return next(
        (
            key
            for key in catalog.foreign_keys_of(name)
            if {*zip(key.columns, key.target_columns, strict=True)} == pairs
        ),
        None,
    )


def _deviations(
    key: ForeignKey, expected: State | Refusal, deletion: Deletion, twice: int
) -> Iterator[str]:
    answer, sent = deletion.answer, deletion.statements
    if isinstance(expected, Refusal):
        if not isinstance(answer, Refusal):
            yield f"deletes what {expected.by} keeps"
    elif isinstance(answer, Refusal):
        yield f"is refused by {answer.by}, where a plain DELETE is not"
    elif told := difference(expected, answer):
        yield told
    if twice > sent >= CHILDREN:
        child = short_name(key.table)
        yield (
            f"sends {sent} statements with {CHILDREN} rows of {child}, "
            f"and {twice} with {2 * CHILDREN}"
        )


def _summary(expected: State | Refusal, deletion: Deletion) -> str:
    sent = f"{deletion.statements} statement{'' if deletion.statements == 1 else 's'}"
    if isinstance(expected, Refusal):
        return f"refused by {expected.by}, as a plain DELETE is"
    return f"{sent} with {CHILDREN} children, and what is left is what a plain DELETE leaves"


def _because(key: ForeignKey, expected: State | Refusal, deletion: Deletion) -> str:
    child = short_name(key.table)
    if isinstance(expected, Refusal):
        return f"what {key.name} protects is lost as soon as somebody deletes through a session"
    if isinstance(deletion.answer, Refusal):
        return "a delete that the database would carry out raises in the application"
    if difference(expected, deletion.answer):
        return f"rows of {child} fare one way in the application and another way everywhere else"
    return f"every row of {child} is loaded and costs a round trip while the transaction is open"


def _fix(relationship: Relationship, key: ForeignKey) -> str:
    name = f"{relationship.parent.class_.__name__}.{relationship.key}"
    if relationship.direction is RelationshipDirection.MANYTOONE:
        return f"Take delete out of the cascade of {name}: it reaches for the parent."
    if relationship.direction is RelationshipDirection.MANYTOMANY:
        return f"Give {name} passive_deletes=True and {key.name} ondelete='CASCADE'."
    if key.on_delete == "CASCADE":
        return f'Give {name} cascade="all, delete-orphan" and passive_deletes=True.'
    return f'Give {name} passive_deletes="all" and no delete in its cascade: {key.name} decides.'
