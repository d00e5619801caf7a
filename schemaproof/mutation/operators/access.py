"""
Break who may do what: row security and its policies, owners, privileges.

Source: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemaproof.catalog import (
    Catalog,
    CatalogObject,
    DefaultPrivileges,
    Extension,
    Function,
    Policy,
    Sequence,
    Table,
    View,
    quote_identifier,
)  # fmt: skip
from schemaproof.checks.drift._mending.access import regrant, regrant_defaults
from schemaproof.checks.drift._mending.references import grantable, reference
from schemaproof.checks.drift._mending.statements import make
from schemaproof.mutation.mutant import Mutant, broken, operator
from schemaproof.mutation.operators._writing.expressions import respellings
from schemaproof.mutation.operators._writing.statements import alter, commented

# A role that every server has and nobody is.
NOBODY = "pg_read_all_settings"
EVERYBODY = "PUBLIC"


@operator("policy/drop")
def drop(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the policy."""
    for it in catalog.policies:
        yield _inert(broken(it, "is gone", f"DROP {reference(it)}"))


@operator("policy/condition")
def condition(catalog: Catalog) -> Iterator[Mutant]:
    """Show or take other rows."""
    for it in catalog.policies:
        for clause, expression in (("USING", it.using), ("WITH CHECK", it.with_check)):
            if expression is None:
                continue
            head = f"ALTER {reference(it)} {clause}"
            yield _inert(broken(it, f"{clause} (true)", f"{head} (true)"))
            for other in respellings(expression):
                mutant = broken(it, f"{clause}: {other.detail}", f"{head} ({other.text})")
                yield replace(_inert(mutant), is_respelt=True)


@operator("policy/kind")
def kind(catalog: Catalog) -> Iterator[Mutant]:
    """Let one policy suffice where all must hold, be for others, or for another command."""
    for it in catalog.policies:
        permissive = replace(it, is_permissive=not it.is_permissive)
        detail = "RESTRICTIVE" if it.is_permissive else "PERMISSIVE"
        yield _inert(broken(it, detail, *_policy_remade(permissive)))
        if it.roles != (EVERYBODY,):
            for_all = f"ALTER {reference(it)} TO PUBLIC"
            yield _inert(broken(it, "is for everybody", for_all))
        if it.command != "SELECT" and it.using is not None:
            only = replace(it, command="SELECT", with_check=None)
            yield _inert(broken(it, "is for SELECT alone", *_policy_remade(only)))


@operator("row-security/switch")
def switch(catalog: Catalog) -> Iterator[Mutant]:
    """Switch row security off, on, or for the owner."""
    for it in (table for table in catalog.tables if table.form != "foreign"):
        way = "DISABLE" if it.has_row_security else "ENABLE"
        forced = "NO FORCE" if it.forces_row_security else "FORCE"
        for word in (way, forced):
            statement = alter(it.qualified_name, f"{word} ROW LEVEL SECURITY")
            yield _inert(broken(it, f"{word} ROW LEVEL SECURITY", statement))


@operator("owner/change")
def owner(catalog: Catalog) -> Iterator[Mutant]:
    """Belong to somebody else."""
    for it in catalog:
        if hasattr(it, "owner") and not isinstance(it, Extension) and not _comes_along(it):
            statement = f"ALTER {reference(it)} OWNER TO {NOBODY}"
            yield _inert(broken(it, f"belongs to {NOBODY}", statement))


@operator("privileges/grant")
def grant(catalog: Catalog) -> Iterator[Mutant]:
    """Let everybody in."""
    for it in catalog:
        right = _right(it)
        if right is not None:
            statement = f"GRANT {right} ON {grantable(it)} TO PUBLIC"
            yield _inert(broken(it, f"everybody has {right}", statement))


@operator("privileges/revoke")
def revoke(catalog: Catalog) -> Iterator[Mutant]:
    """Take a role's privileges."""
    for it in catalog:
        granted: tuple[str, ...] | None = getattr(it, "privileges", None)
        if isinstance(it, DefaultPrivileges):
            statements = tuple(regrant_defaults(None, it))
            yield _inert(broken(it, "are as PostgreSQL has them", *statements))
        elif isinstance(it, Function) and granted is None:
            statement = f"REVOKE EXECUTE ON {grantable(it)} FROM PUBLIC"
            yield _inert(broken(it, "nobody else has EXECUTE", statement))
        for item in granted or () if not isinstance(it, DefaultPrivileges) else ():
            left = tuple(other for other in granted or () if other != item)
            without = replace(it, privileges=left)  # type: ignore[call-arg] # it has them
            yield _inert(broken(it, f"{item.rpartition('/')[0]} is gone", *regrant(without, it)))


def _inert(mutant: Mutant) -> Mutant:
    # Checks act as the owner, whom row security lets pass unless it is forced, and nobody hinders.
    return replace(mutant, shows_in="nothing")


def _comes_along(it: CatalogObject) -> bool:
    # A sequence that a column owns has the owner of the table.
    return isinstance(it, Sequence) and it.owned_by is not None


def _right(it: CatalogObject) -> str | None:
    match it:
        case Table() | View():
            return "SELECT"
        case Sequence():
            return "USAGE"
        case Function() if it.privileges is not None:
            return "EXECUTE"
        case _:
            return None


def _policy_remade(it: Policy) -> Iterator[str]:
    yield f"DROP POLICY {quote_identifier(it.name)} ON {it.table}"
    yield from make(it)
    yield from commented(it)
