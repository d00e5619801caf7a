"""
Break columns: NOT NULL, defaults, identity, generated expressions, and the columns as such.

Source: https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemaproof.catalog import Catalog, Column, quote_identifier
from schemaproof.mutation.mutant import Mutant, broken, operator
from schemaproof.mutation.operators._writing.expressions import respellings
from schemaproof.mutation.operators._writing.statements import alter

CLOCKS = ("now()", "CURRENT_TIMESTAMP", "clock_timestamp()", "statement_timestamp()")
# The first server that has ALTER COLUMN … SET EXPRESSION.
SET_EXPRESSION = 170000


@operator("column/drop")
def drop(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the column, and what needs it."""
    for it in _own(catalog):
        dropped = alter(it.table, f"DROP COLUMN {quote_identifier(it.name)} CASCADE")
        yield broken(it, "is gone", dropped)


@operator("not-null/drop")
def drop_not_null(catalog: Catalog) -> Iterator[Mutant]:
    """Take NULL."""
    for it in _own(catalog):
        if not it.is_nullable:
            yield broken(it, "takes NULL", _altered(it, "DROP NOT NULL"))


@operator("not-null/add")
def add_not_null(catalog: Catalog) -> Iterator[Mutant]:
    """Refuse NULL."""
    for it in _own(catalog):
        if it.is_nullable:
            yield broken(it, "refuses NULL", _altered(it, "SET NOT NULL"))


@operator("default/drop")
def drop_default(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the default."""
    for it in _own(catalog):
        if it.default is not None:
            yield broken(it, "has no default", _altered(it, "DROP DEFAULT"))


@operator("default/change")
def change_default(catalog: Catalog) -> Iterator[Mutant]:
    """Have another default."""
    for it in _own(catalog):
        for detail, default in _other_defaults(it.default or ""):
            mutant = broken(it, detail, _altered(it, f"SET DEFAULT {default}"))
            yield replace(mutant, is_respelt=True)


@operator("identity/drop")
def drop_identity(catalog: Catalog) -> Iterator[Mutant]:
    """Number no rows."""
    for it in _own(catalog):
        if it.identity_generation:
            yield broken(it, "is no identity", _altered(it, "DROP IDENTITY"))


@operator("identity/generation")
def identity_generation(catalog: Catalog) -> Iterator[Mutant]:
    """Take a number that is given, or no longer."""
    for it in _own(catalog):
        if it.identity_generation:
            other = "BY DEFAULT" if it.identity_generation == "ALWAYS" else "ALWAYS"
            detail = f"{it.identity_generation} becomes {other}"
            yield broken(it, detail, _altered(it, f"SET GENERATED {other}"))


@operator("generated/drop")
def drop_generated(catalog: Catalog) -> Iterator[Mutant]:
    """Be an ordinary column."""
    for it in _own(catalog):
        if it.generated is not None:
            yield broken(it, "is not generated", _altered(it, "DROP EXPRESSION"))


@operator("generated/expression")
def generated_expression(catalog: Catalog) -> Iterator[Mutant]:
    """Get one thing of the expression wrong, or have NULL for it."""
    for it in _own(catalog):
        if it.generated is None or catalog.server_version < SET_EXPRESSION:
            continue
        nothing = _altered(it, f"SET EXPRESSION AS (NULL::{it.type})")
        yield broken(it, "becomes NULL", nothing)
        for other in respellings(it.generated):
            mutant = broken(it, other.detail, _altered(it, f"SET EXPRESSION AS ({other.text})"))
            yield replace(mutant, is_respelt=True)


def _own(catalog: Catalog) -> Iterator[Column]:
    return (it for it in catalog.columns if not it.is_inherited)


def _altered(it: Column, how: str) -> str:
    return alter(it.table, f"ALTER COLUMN {quote_identifier(it.name)} {how}")


def _other_defaults(default: str) -> Iterator[tuple[str, str]]:
    if default in CLOCKS:
        yield f"{default} becomes the year 2000", "'2000-01-01'"
    elif default in ("true", "false"):
        opposite = "false" if default == "true" else "true"
        yield f"{default} becomes {opposite}", opposite
    elif default.startswith(("'{}'::json", "'[]'::json")):
        yield f"{default} becomes null", default.replace(default[1:3], "null", 1)
    elif default and not default.startswith("nextval("):
        for other in respellings(default):
            yield other.detail, other.text
