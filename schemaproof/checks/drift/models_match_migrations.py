"""
Compare the catalogue that the models make with the catalogue that the migrations make.

Both are made on the same server and read from its catalogue, where PostgreSQL has normalised every
expression, so there is nothing to parse and nothing to guess. What only one side has, or has
otherwise, is drift. A name is compared if the models give it, not if PostgreSQL made it up.

Source: https://www.postgresql.org/docs/current/catalogs.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, Difference, QualifiedName, difference, with_names_of
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.drift._given_names import given_names
from schemaproof.checks.drift._mending import Mending
from schemaproof.checks.drift._mending.calls import shortened
from schemaproof.history import version_tables
from schemaproof.project import Project
from schemaproof.scope import Scope

LONGEST = 160  # characters of a call that are still read in a report
NO_MODELS = (
    " Or, as {name} has no table at all, let 'metadata' name a module that imports the models."
)


@check("drift/models-match-migrations")
def models_match_migrations(
    declared: Catalog, catalog: Catalog, project: Project, scope: Scope
) -> Iterator[Yielded]:
    declared = with_names_of(catalog, declared, given=given_names(project.metadata))
    differing = [*_differing(declared, catalog)]
    ours = {(each.kind, each.identity): each for each in declared}
    theirs = {(each.kind, each.identity): each for each in catalog}
    keys = [(one.kind, one.identity) for one in differing]
    pairs = [(ours.get(key), theirs.get(key)) for key in keys]
    others = scope.leaves_out(pairs, catalog) if pairs else []
    found = [one for one, is_others in zip(differing, others, strict=True) if not is_others]
    if not found:
        yield Evidence(seen=_seen(catalog, len(differing)))
    mending = Mending(declared=declared, migrated=catalog)
    # Models that nobody has imported are not there, and then every table is missing in them.
    hint = "" if project.metadata.tables else NO_MODELS.format(name=project.metadata_name)
    for one in found:
        calls = (shortened(call, LONGEST) for call in mending.calls(one))
        yield Violation(
            where=_where(one),
            found=_found(one),
            because=_because(one),
            fix=_fix(one, "; ".join(calls)) + (hint if one.kind == "table" else ""),
        )


def _differing(declared: Catalog, catalog: Catalog) -> Iterator[Difference]:
    ignored = version_tables(catalog) | version_tables(declared)
    for one in difference(declared, catalog, ignore_tables=ignored):
        if one.left is not None or not _is_nobodys(one, catalog, ignored):
            yield one


def _because(one: Difference) -> str:
    if one.facet == "is_validated":
        return "what was stored before the constraint was never checked, and may break it"
    return "the application and the database disagree about what is stored and enforced"


def _seen(catalog: Catalog, left_out: int) -> str:
    tables = len(catalog.tables) - len(version_tables(catalog))
    others = f"; {left_out} differences left out by env.py's own filters" if left_out else ""
    return (
        f"{tables} tables, {len(catalog.columns)} columns, {len(catalog.constraints)} constraints, "
        f"{len(catalog.indexes)} indexes, {len(catalog.triggers)} triggers alike{others}"
    )


def _is_nobodys(one: Difference, catalog: Catalog, ignored: frozenset[QualifiedName]) -> bool:
    # Models use what an extension brings, and have no way to say so. And a schema that holds only
    # Alembic's own table is as much its own as the table.
    if one.kind == "extension":
        return True
    schemas = [each for each in catalog.schemas if each.identity == one.identity]
    if one.kind != "schema" or not schemas:
        return False
    inside = [each for each in catalog if each.namespace == schemas[0].name]
    return bool(inside) and all(
        each.home in ignored or getattr(each, "qualified_name", None) in ignored for each in inside
    )


def _where(one: Difference) -> str:
    # Each facet by its own name: a waiver for a type must not cover a lost NOT NULL.
    name = one.identity.removeprefix("public.")
    return name if one.facet is None else f"{name}: {one.facet}"


def _found(one: Difference) -> str:
    if one.facet is not None:
        sides = f"the models have {one.left}, the migrations have {one.right}"
        return f"{one.kind} {one.facet}: {sides}"
    if one.right is None:
        return f"{one.kind} is in the models but not in the migrations"
    return f"{one.kind} is in the migrations but not in the models"


def _fix(one: Difference, calls: str) -> str:
    if one.right is None and one.facet is None:
        revision, models = f"that makes the {one.kind}", f"remove the {one.kind} from the models"
    elif one.left is None and one.facet is None:
        revision, models = f"that drops the {one.kind}", f"declare the {one.kind} in the models"
    else:
        revision, models = f"that gives the {one.kind} the models' {one.facet}", "mend the models"
    added = f"with {calls}" if calls else revision
    return f"Add a revision {added}, or {models}."
