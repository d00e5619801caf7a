"""
Break primary keys, unique constraints and exclusion constraints.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from schemaproof.catalog import Catalog, Constraint, quote_identifier
from schemaproof.mutation.mutant import Mutant, broken, operator
from schemaproof.mutation.operators._writing.statements import (
    alter,
    constraint_remade,
    flipped,
    listed,
    without,
)

PRIMARY, UNIQUE, EXCLUSION = "primary key", "unique constraint", "exclusion constraint"
NULLS_NOT_DISTINCT = 150000  # the first server that has it


@operator("primary-key/columns")
def primary_columns(catalog: Catalog) -> Iterator[Mutant]:
    """Let the key speak of fewer columns."""
    yield from _fewer_columns(catalog, PRIMARY)


@operator("unique/columns")
def unique_columns(catalog: Catalog) -> Iterator[Mutant]:
    """Ask of fewer columns to be unique, or of more."""
    yield from _fewer_columns(catalog, UNIQUE)
    for it in _all(catalog, UNIQUE):
        others = (
            column
            for column in catalog.columns_of(it.table)
            if column.name not in it.columns and column.identity_generation
        )
        for column in others:
            definition = it.definition.replace(
                f"({listed(it.columns)})", f"({listed((*it.columns, column.name))})", 1
            )
            yield broken(it, f"{column.name} is added", *constraint_remade(it, definition))


@operator("unique/nulls")
def unique_nulls(catalog: Catalog) -> Iterator[Mutant]:
    """Take two NULLs for equal, or no longer."""
    for it in _all(catalog, UNIQUE):
        if catalog.server_version < NULLS_NOT_DISTINCT:
            continue
        if it.nulls_not_distinct:
            definition = it.definition.replace(" NULLS NOT DISTINCT", "", 1)
            yield broken(it, "takes NULLs for distinct", *constraint_remade(it, definition))
        else:
            definition = it.definition.replace("UNIQUE (", "UNIQUE NULLS NOT DISTINCT (", 1)
            yield broken(it, "takes NULLs for equal", *constraint_remade(it, definition))


@operator("exclusion/elements")
def exclusion_elements(catalog: Catalog) -> Iterator[Mutant]:
    """Let the constraint compare fewer or other things."""
    for it in _all(catalog, EXCLUSION):
        for match in re.finditer(r" WITH ([^\s,)]+)", it.definition):
            for other in ("=", "&&", "<>"):
                if other != match.group(1):
                    start, end = match.span(1)
                    definition = f"{it.definition[:start]}{other}{it.definition[end:]}"
                    yield broken(
                        it, f"WITH {match.group(1)} becomes WITH {other}",
                        *constraint_remade(it, definition),
                    )  # fmt: skip


def _all(catalog: Catalog, form: str) -> Iterator[Constraint]:
    return (it for it in catalog.constraints if it.form == form and not it.is_inherited)


def _dropped(catalog: Catalog, form: str) -> Iterator[Mutant]:
    for it in _all(catalog, form):
        keys = [key for key in catalog.foreign_keys_to(it.table) if key.target_columns]
        leaning = [key for key in keys if {*key.target_columns} == {*it.columns}]
        detail = "is gone, with the keys that lean on it" if leaning else "is gone"
        name = quote_identifier(it.name)
        cascade = " CASCADE" if leaning else ""
        yield broken(it, detail, alter(it.table, f"DROP CONSTRAINT {name}{cascade}"))


def _fewer_columns(catalog: Catalog, form: str) -> Iterator[Mutant]:
    for it in _all(catalog, form):
        for column, left in without(it.columns):
            definition = it.definition.replace(f"({listed(it.columns)})", f"({listed(left)})", 1)
            yield broken(it, f"{column} is left out", *constraint_remade(it, definition))


def _deferred_otherwise(catalog: Catalog, form: str) -> Iterator[Mutant]:
    for it in _all(catalog, form):
        for told, definition in flipped(it):
            yield broken(it, told, *constraint_remade(it, definition))


# Each of them can be lost, and be put off to the end of the transaction or no longer.
for _family, _form in (("primary-key", PRIMARY), ("unique", UNIQUE), ("exclusion", EXCLUSION)):
    operator(f"{_family}/drop")(partial(_dropped, form=_form))
    operator(f"{_family}/deferrable")(partial(_deferred_otherwise, form=_form))
