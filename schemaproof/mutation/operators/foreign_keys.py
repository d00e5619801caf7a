"""
Break foreign keys: lose them, change what they do, let them wait or look away.

Source: https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS-REFERENCES
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.catalog import Catalog, ForeignKey, quote_identifier
from schemaproof.mutation.mutant import Mutant, broken, operator
from schemaproof.mutation.operators._writing.statements import alter, constraint_remade, flipped
from schemaproof.mutation.operators._writing.weakening import not_enforced, not_validated

ACTIONS = ("NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT")


@operator("foreign-key/drop")
def drop(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the key."""
    for key in _keys(catalog):
        yield broken(
            key, "is gone", alter(key.table, f"DROP CONSTRAINT {quote_identifier(key.name)}")
        )


@operator("foreign-key/on-delete")
def on_delete(catalog: Catalog) -> Iterator[Mutant]:
    """Do something else when the parent is deleted."""
    for key in _keys(catalog):
        bare = re.sub(r" ON DELETE (?:NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)"
                      r"(?: \([^)]*\))?", "", key.definition)  # fmt: skip
        yield from _other_actions(key, bare, "DELETE", key.on_delete)


@operator("foreign-key/on-update")
def on_update(catalog: Catalog) -> Iterator[Mutant]:
    """Do something else when the parent's key is updated."""
    for key in _keys(catalog):
        bare = re.sub(r" ON UPDATE (?:NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)", "",
                      key.definition)  # fmt: skip
        yield from _other_actions(key, bare, "UPDATE", key.on_update)


@operator("foreign-key/set-columns")
def set_columns(catalog: Catalog) -> Iterator[Mutant]:
    """Let ON DELETE SET NULL touch all columns where it names some."""
    for key in _keys(catalog):
        if key.delete_columns:
            definition = re.sub(r"(SET (?:NULL|DEFAULT)) \([^)]*\)", r"\1", key.definition)
            yield broken(key, "sets every column", *constraint_remade(key, definition))


@operator("foreign-key/deferrable")
def deferrable(catalog: Catalog) -> Iterator[Mutant]:
    """Let the key be put off to the end of the transaction, or no longer."""
    for key in _keys(catalog):
        for told, definition in flipped(key):
            yield broken(key, told, *constraint_remade(key, definition))


@operator("foreign-key/match")
def match(catalog: Catalog) -> Iterator[Mutant]:
    """Take a reference that is NULL in part, or refuse it."""
    for key in _keys(catalog):
        if len(key.columns) > 1:
            if key.match == "FULL":
                definition = key.definition.replace(" MATCH FULL", "", 1)
            else:
                head, bracket, tail = key.definition.partition(")")
                rest = tail.partition(")")
                definition = f"{head}{bracket}{rest[0]}) MATCH FULL{rest[2]}"
            yield broken(key, f"MATCH {key.match} changes", *constraint_remade(key, definition))


@operator("foreign-key/not-enforced")
def look_away(catalog: Catalog) -> Iterator[Mutant]:
    """Let the key look away."""
    yield from not_enforced(_keys(catalog), catalog.server_version)


@operator("foreign-key/not-valid")
def not_valid(catalog: Catalog) -> Iterator[Mutant]:
    """Leave the rows that are there unseen."""
    yield from not_validated(_keys(catalog))


@operator("foreign-key/triggers")
def triggers(catalog: Catalog) -> Iterator[Mutant]:
    """Switch off the triggers by which PostgreSQL keeps the keys of a table."""
    # They have made-up names: ALL means them, and those that somebody made.
    for table, key in {key.table: key for key in _keys(catalog)}.items():
        made = {trigger.enabled for trigger in catalog.triggers_of(table)}
        if key.enabled == "origin" and made <= {"origin"}:
            disabled = alter(table, "DISABLE TRIGGER ALL")
            yield broken(
                key, "the table's key triggers are off", disabled,
                alter(table, "ENABLE TRIGGER USER"),
            )  # fmt: skip


def _keys(catalog: Catalog) -> Iterator[ForeignKey]:
    # What a partition has because its parent has it cannot be altered there.
    return (key for key in catalog.foreign_keys if not key.is_inherited)


def _other_actions(key: ForeignKey, bare: str, verb: str, now: str) -> Iterator[Mutant]:
    tail = re.search(r"(?: NOT DEFERRABLE| DEFERRABLE.*| NOT VALID| NOT ENFORCED)?\Z", bare)
    assert tail is not None  # noqa: S101 - it may be empty
    head = bare[: tail.start()]
    for action in ACTIONS:
        if action != now:
            definition = f"{head} ON {verb} {action}{tail.group()}"
            yield broken(
                key, f"ON {verb} {now} becomes {action}", *constraint_remade(key, definition)
            )
