"""
Break check constraints, of tables and of domains: lose them, and get each word of them wrong.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemaproof.catalog import Catalog, Constraint, quote_identifier
from schemaproof.checks.drift._mending.statements import parts
from schemaproof.mutation.mutant import Mutant, broken, operator
from schemaproof.mutation.operators._writing.expressions import reread, respellings
from schemaproof.mutation.operators._writing.statements import alter, constraint_remade
from schemaproof.mutation.operators._writing.weakening import not_enforced, not_validated


@operator("check/drop")
def drop(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the constraint."""
    for it in _checks(catalog):
        yield broken(it, "is gone", alter(it.table, f"DROP CONSTRAINT {quote_identifier(it.name)}"))


@operator("check/expression")
def expression(catalog: Catalog) -> Iterator[Mutant]:
    """Get one comparison, constant, label, connective or operand wrong."""
    for it in _checks(catalog):
        demand = f"({it.expression})"
        for other in respellings(f"{it.expression}"):
            definition = it.definition.replace(demand, f"({other.text})", 1)
            mutant = broken(it, other.detail, *constraint_remade(it, definition))
            yield replace(mutant, is_respelt=True)


@operator("check/not-valid")
def not_valid(catalog: Catalog) -> Iterator[Mutant]:
    """Leave the rows that are there unseen."""
    yield from not_validated(_checks(catalog))


@operator("check/not-enforced")
def look_away(catalog: Catalog) -> Iterator[Mutant]:
    """Let the constraint look away."""
    yield from not_enforced(_checks(catalog), catalog.server_version)


@operator("domain/check")
def domain_check(catalog: Catalog) -> Iterator[Mutant]:
    """Lose a domain's check, or get a word of it wrong."""
    for domain in catalog.domains:
        alter_domain = f"ALTER DOMAIN {domain.identity}"
        comments = dict(map(parts, domain.check_comments))
        for name, definition in map(parts, domain.checks):
            dropped = f"{alter_domain} DROP CONSTRAINT {name}"
            yield broken(domain, f"{name} is gone", dropped)
            demand = definition.removeprefix("CHECK ")
            for other in respellings(demand):
                added = f"{alter_domain} ADD CONSTRAINT {name} CHECK {reread(other.text)}"
                comment = [
                    f"COMMENT ON CONSTRAINT {name} ON DOMAIN {domain.identity} IS {comments[name]}"
                ] if name in comments else []  # fmt: skip
                mutant = broken(domain, f"{name}: {other.detail}", dropped, added, *comment)
                yield replace(mutant, is_respelt=True)


@operator("domain/not-null")
def domain_not_null(catalog: Catalog) -> Iterator[Mutant]:
    """Let a domain take NULL, or no longer."""
    for domain in catalog.domains:
        how = "SET" if domain.is_nullable else "DROP"
        detail = f"{how} NOT NULL"
        yield broken(domain, detail, f"ALTER DOMAIN {domain.identity} {detail}")


@operator("domain/default")
def domain_default(catalog: Catalog) -> Iterator[Mutant]:
    """Lose a domain's default, or get it wrong."""
    for domain in (one for one in catalog.domains if one.default is not None):
        alter_domain = f"ALTER DOMAIN {domain.identity}"
        yield broken(domain, "its default is gone", f"{alter_domain} DROP DEFAULT")
        for other in respellings(f"{domain.default}"):
            mutant = broken(domain, other.detail, f"{alter_domain} SET DEFAULT {other.text}")
            yield replace(mutant, is_respelt=True)


def _checks(catalog: Catalog) -> Iterator[Constraint]:
    return (
        it for it in catalog.constraints if it.form == "check constraint" and not it.is_inherited
    )
