"""
Break indexes that are no constraint's.

Source: https://www.postgresql.org/docs/current/sql-createindex.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemaproof.catalog import Catalog, Index, quote_identifier
from schemaproof.mutation.mutant import Mutant, broken, operator
from schemaproof.mutation.operators._writing.expressions import respellings
from schemaproof.mutation.operators._writing.statements import changed

METHODS = ("btree", "hash", "brin", "gin", "gist")
# Of these only B-trees have an order.
ORDERED = "btree"


@operator("index/drop")
def drop(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the index."""
    for it in _loose(catalog):
        yield _broken(it, "is gone", f"DROP INDEX {it.identity}")


@operator("index/unique")
def unique(catalog: Catalog) -> Iterator[Mutant]:
    """Refuse a second row with the same keys, or take it."""
    for it in _loose(catalog):
        detail = "is not unique" if it.is_unique else "is unique"
        made = changed(it, is_unique=not it.is_unique, nulls_not_distinct=False)
        yield broken(it, detail, *made)


@operator("index/columns")
def columns(catalog: Catalog) -> Iterator[Mutant]:
    """Have a key less, or none of the columns that are carried along."""
    for it in _loose(catalog):
        for number, key in enumerate(it.keys if len(it.keys) > 1 else ()):
            left = it.keys[:number] + it.keys[number + 1 :]
            yield _broken(it, f"{key} is left out", *changed(it, keys=left))
        if it.include:
            yield _broken(it, "carries no columns", *changed(it, include=()))


@operator("index/order")
def order(catalog: Catalog) -> Iterator[Mutant]:
    """Turn the keys round, or the direction or the NULLs of one of them."""
    for it in _loose(catalog):
        if len(it.keys) > 1:
            yield _broken(it, "its keys are turned round", *changed(it, keys=it.keys[::-1]))
        for number, key in enumerate(it.keys if it.method == ORDERED else ()):
            down = replace(
                key, is_descending=not key.is_descending, nulls_first=not key.nulls_first
            )
            for other in (down, replace(key, nulls_first=not key.nulls_first)):
                keys = (*it.keys[:number], other, *it.keys[number + 1 :])
                yield _broken(it, f"{key} becomes {other}", *changed(it, keys=keys))


@operator("index/predicate")
def predicate(catalog: Catalog) -> Iterator[Mutant]:
    """Hold other rows: all of them, fewer, or others."""
    for it in _loose(catalog):
        if it.predicate is None:
            column = next((key.column for key in it.keys if key.column), None)
            if column is not None:
                condition = f"({quote_identifier(column)} IS NULL)"
                yield _broken(it, f"only WHERE {condition}", *changed(it, predicate=condition))
            continue
        yield _broken(it, "holds every row", *changed(it, predicate=None))
        for other in respellings(it.predicate):
            mutant = _broken(it, other.detail, *changed(it, predicate=f"({other.text})"))
            yield replace(mutant, is_respelt=True)


@operator("index/method")
def method(catalog: Catalog) -> Iterator[Mutant]:
    """Be of another access method, where the server has one for these columns."""
    for it in _loose(catalog):
        # Classes, directions and parameters are the old method's.
        plain = tuple(
            replace(key, opclass=None, is_descending=False, nulls_first=False) for key in it.keys
        )
        for other in METHODS:
            if other != it.method:
                made = changed(it, method=other, keys=plain, options=())
                yield _broken(it, f"{it.method} becomes {other}", *made)


@operator("index/nulls")
def nulls(catalog: Catalog) -> Iterator[Mutant]:
    """Take two NULLs for equal, or no longer."""
    for it in _loose(catalog):
        if it.is_unique:
            other = not it.nulls_not_distinct
            detail = f"takes NULLs for {'equal' if other else 'distinct'}"
            yield _broken(it, detail, *changed(it, nulls_not_distinct=other))


@operator("index/expression")
def expression(catalog: Catalog) -> Iterator[Mutant]:
    """Get one thing of an expression wrong."""
    for it in _loose(catalog):
        for number, key in enumerate(it.keys):
            for other in respellings(key.expression) if key.expression else ():
                keys = list(it.keys)
                keys[number] = replace(key, expression=other.text)
                mutant = broken(it, other.detail, *changed(it, keys=tuple(keys)))
                yield replace(mutant, is_respelt=True)


def _loose(catalog: Catalog) -> Iterator[Index]:
    return (it for it in catalog.indexes if it.constraint is None and not it.is_inherited)


def _broken(it: Index, detail: str, *statements: str) -> Mutant:
    # What is not unique refuses no row; which rows a query finds does not depend on it.
    return replace(broken(it, detail, *statements), shows_in="rows" if it.is_unique else "plans")
