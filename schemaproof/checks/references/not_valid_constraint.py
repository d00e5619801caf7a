"""
Report constraints that were added NOT VALID and never validated.

NOT VALID refuses new rows and leaves the old ones as they are, so that a large table need not be
read under a strong lock. It is half of a change. Until VALIDATE CONSTRAINT has read the rows, the
constraint says nothing of them, and the planner does not rely on it.

Source: https://www.postgresql.org/docs/current/sql-altertable.html (ADD … NOT VALID)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.catalog import Catalog, QualifiedName, quote_identifier
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.history import application_tables
from schemaproof.scope import Scope
from schemaproof.targets import short_name


@dataclass(frozen=True, kw_only=True)
class _Promise:
    """One constraint, by its table or domain, its kind and its name."""

    owner: QualifiedName
    kind: str
    name: str
    is_validated: bool
    statement: str = "TABLE"


@check("references/not-valid-constraint", severity="warning")
def not_valid_constraint(catalog: Catalog, scope: Scope) -> Iterator[Yielded]:
    tables = application_tables(catalog)
    own = {*tables} - (scope.tables_left_out(tables) if tables else set())
    promises = [one for one in _promises(catalog) if one.statement == "DOMAIN" or one.owner in own]
    half_done = [one for one in promises if not one.is_validated]
    for one in half_done:
        owner, name = short_name(one.owner), quote_identifier(one.name)
        yield Violation(
            where=f"{owner}.{one.name}",
            found=f"the {one.kind} of {owner} is NOT VALID",
            because="rows that were there before it may break it, and nobody has looked",
            fix=f"In a later revision: ALTER {one.statement} {one.owner} VALIDATE CONSTRAINT "
            f"{name}; it reads the rows under a lock that blocks neither reads nor writes.",
        )
    if not half_done:
        yield Evidence(seen=f"{len(promises)} foreign keys and conditions, all validated")


def _promises(catalog: Catalog) -> Iterator[_Promise]:
    for constraint in catalog.constraints:
        # What is not enforced is no half of anything.
        if constraint.form in ("foreign key", "check constraint") and constraint.is_enforced:
            yield _Promise(
                owner=constraint.table,
                kind=constraint.kind,
                name=constraint.name,
                is_validated=constraint.is_validated,
            )
    for column in catalog.columns:
        if not column.is_nullable and not column.is_not_null_validated:
            name = column.not_null_name or f"{column.table.name}_{column.name}_not_null"
            yield _Promise(owner=column.table, kind="NOT NULL", name=name, is_validated=False)
    for domain in catalog.domains:
        for domain_check in domain.named_checks:
            yield _Promise(
                owner=domain.qualified_name,
                kind="check",
                name=domain_check.name,
                is_validated=domain_check.is_validated,
                statement="DOMAIN",
            )
