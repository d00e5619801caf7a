"""
Write the statements that operators have in common.

What is dropped and made anew loses its comment and the like, which would be another mutant: they
are given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from schemaproof.catalog import (
    CatalogObject,
    Constraint,
    Index,
    QualifiedName,
    Trigger,
    quote_identifier,
)  # fmt: skip
from schemaproof.checks.drift._mending.calls import literal
from schemaproof.checks.drift._mending.references import reference
from schemaproof.checks.drift._mending.statements import enable
from schemaproof.mutation.operators._writing.expressions import reread


def alter(table: QualifiedName, what: str) -> str:
    """
    Return the statement that alters a table.
    """
    return f"ALTER TABLE {table} {what}"


def listed(names: Iterable[str]) -> str:
    """
    Return column names as SQL lists them.
    """
    return ", ".join(quote_identifier(name) for name in names)


def commented(it: CatalogObject) -> Iterator[str]:
    """
    Yield what gives an object its comment back, if it has one.
    """
    comment = getattr(it, "comment", None)
    if comment is not None:
        yield f"COMMENT ON {reference(it)} IS {literal(comment)}"


def constraint_remade(it: Constraint, definition: str) -> Iterator[str]:
    """
    Yield what puts a constraint of another definition in the place of one.
    """
    name = quote_identifier(it.name)
    yield alter(it.table, f"DROP CONSTRAINT {name}")
    yield alter(it.table, f"ADD CONSTRAINT {name} {reread(definition)}")
    yield from commented(it)


def index_remade(it: Index) -> Iterator[str]:
    """
    Yield what puts an index in the place of the one of its name.
    """
    yield f"DROP INDEX {it.identity}"
    yield _index(it)
    yield from commented(it)
    if it.is_clustered:
        yield alter(it.table, f"CLUSTER ON {quote_identifier(it.name)}")


def _index(it: Index) -> str:
    words = ["CREATE UNIQUE INDEX" if it.is_unique else "CREATE INDEX"]
    words += [quote_identifier(it.name), "ON", str(it.table), "USING", it.method]
    words.append(f"({', '.join(map(str, it.keys))})")
    words += [f"INCLUDE ({listed(it.include)})"] if it.include else []
    words += ["NULLS NOT DISTINCT"] if it.nulls_not_distinct else []
    words += [f"WITH ({', '.join(it.options)})"] if it.options else []
    words += [f"WHERE {reread(it.predicate)}"] if it.predicate else []
    return " ".join(words)


def trigger_remade(it: Trigger, definition: str) -> Iterator[str]:
    """
    Yield what puts a trigger of another definition in the place of one.
    """
    yield f"DROP {reference(it)}"
    yield definition
    yield from commented(it)
    if it.enabled != "origin":
        yield enable(f"ALTER TABLE {it.table}", it.enabled, f"TRIGGER {quote_identifier(it.name)}")


def flipped(it: Constraint) -> Iterator[tuple[str, str]]:
    """
    Yield each other way of deferring a constraint: what changes, and the definition with it.
    """
    ways = {"": (False, False), " DEFERRABLE": (True, False)}
    ways[" DEFERRABLE INITIALLY DEFERRED"] = (True, True)
    now = next(way for way, state in ways.items() if state == (it.is_deferrable, it.is_deferred))
    rest = next((end for end in (" NOT VALID", " NOT ENFORCED") if it.definition.endswith(end)), "")
    bare = it.definition.removesuffix(rest).removesuffix(now)
    for way in ways:
        if way != now:
            yield f"{_told(now)} becomes {_told(way)}", f"{bare}{way}{rest}"


def _told(way: str) -> str:
    return way.strip() or "NOT DEFERRABLE"


def without(columns: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """
    Yield each column with those that are left without it; none if it is the only one.
    """
    for column in columns if len(columns) > 1 else ():
        yield column, tuple(other for other in columns if other != column)


def changed(it: Index, **changes: object) -> tuple[str, ...]:
    """
    Return what gives an index other properties.
    """
    return tuple(index_remade(replace(it, **changes)))  # type: ignore[arg-type] # its own fields
