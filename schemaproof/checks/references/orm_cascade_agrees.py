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
from sqlalchemy.orm import Mapper, RelationshipDirection

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName
from schemaproof.checks._locate import class_location
from schemaproof.checks._unmade import unmade
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded, check
from schemaproof.checks.references._both_ways import (
    CHILDREN,
    BothWays,
    Comparison,
    Relationship,
)
from schemaproof.checks.references._session import NotLoaded, discriminators
from schemaproof.checks.references._state import difference
from schemaproof.checks.references._trial import Refusal, Trial
from schemaproof.postgres import Database, Databases
from schemaproof.rows import NoRowFound, Shapes
from schemaproof.targets import short_name


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
    with databases.undone(migrated) as connection:
        trial = Trial(connection, catalog)
        try:
            both = BothWays(relationship, key, trial, shapes, discriminators(mappers)).compare()
        except psycopg.OperationalError:
            raise  # the server is in trouble, which says nothing of the relationship
        except (NoRowFound, NotLoaded, psycopg.Error) as error:
            yield unmade(error, "delete such an object")
            return
    yield _judged(relationship, key, both)


def _judged(relationship: Relationship, key: ForeignKey, both: Comparison) -> Yielded:
    clauses = [*_deviations(key, both)]
    if not clauses:
        return Evidence(seen=_summary(key, both))
    owner = relationship.parent
    return Violation(
        where=f"{owner.class_.__name__}.{relationship.key}",
        found=f"a delete of one {owner.class_.__name__} through the ORM {' and '.join(clauses)}",
        because=_because(key, both),
        fix=_fix(relationship, key),
        location=class_location(owner, mentioning=relationship.key),
    )


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


def _deviations(key: ForeignKey, both: Comparison) -> Iterator[str]:
    plain, answer, sent = both.plain, both.session.answer, both.session.statements
    if isinstance(plain, Refusal):
        if not isinstance(answer, Refusal):
            yield f"deletes what {plain.by} keeps"
    elif isinstance(answer, Refusal):
        yield f"is refused by {answer.by}, where a plain DELETE is not"
    elif told := difference(plain, answer):
        yield told
    if both.twice > sent >= CHILDREN:
        child = short_name(key.table)
        yield (
            f"sends {sent} statements with {CHILDREN} rows of {child}, "
            f"and {both.twice} with {2 * CHILDREN}"
        )


def _summary(key: ForeignKey, both: Comparison) -> str:
    if isinstance(both.plain, Refusal):
        return f"refused by {both.plain.by}, as a plain DELETE is"
    sent = both.session.statements
    statements = f"{sent} statement{'' if sent == 1 else 's'}"
    rows = "1 row" if both.children == 1 else f"{both.children} rows"
    among = f"{rows} of {short_name(key.table)}"
    guarded = f"; refused in other states by {both.guard.by}, both ways" if both.guard else ""
    return f"{statements} among {among}, and what a plain DELETE leaves is left{guarded}"


def _because(key: ForeignKey, both: Comparison) -> str:
    child = short_name(key.table)
    if isinstance(both.plain, Refusal):
        return f"what {both.plain.by} protects is lost as soon as somebody deletes in a session"
    if isinstance(both.session.answer, Refusal):
        return "a delete that the database would carry out raises in the application"
    if difference(both.plain, both.session.answer):
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
