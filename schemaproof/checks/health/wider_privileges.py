"""
Report what every role of the server may do with tables, because it was granted to PUBLIC.

PUBLIC is everybody who may log in, today and later: a monitoring role, another team's service, the
next one who is hired. Nothing is granted to PUBLIC on a table unless somebody does it, most often
in a hurry. Where row security is on, policies decide what is seen.

Source: https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemaproof.catalog import Catalog, CatalogObject, Table, quote_identifier
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.drift._mending.access import PUBLIC, RIGHTS, grants_of
from schemaproof.checks.drift._mending.references import grantable
from schemaproof.checks.health._telling import count, mended

# Since then nobody but its owner creates in a new database's schema public.
CLOSED_SINCE = 150000


@dataclass(frozen=True, kw_only=True)
class _Grant:
    """What PUBLIC may do with one thing, and how that is taken back."""

    where: str
    rights: str
    on: str
    revoke: str


@check("health/wider-privileges", severity="warning")
def wider_privileges(catalog: Catalog) -> Iterator[Yielded]:
    grants = [*_on_relations(catalog), *_on_columns(catalog), *_on_schemas(catalog)]
    for one in (*grants, *_in_future(catalog)):
        yield Violation(
            where=one.where,
            found=f"PUBLIC has {one.rights} on {one.on}",
            because="whoever may log in, for whatever purpose, may do that",
            fix=mended(one.revoke) + "; and GRANT it to the roles that need it.",
        )
    if not grants and not [*_in_future(catalog)]:
        relations = len(catalog.tables) + len(catalog.views) + len(catalog.sequences)
        yield Evidence(
            seen=f"{count(relations, 'table, view or sequence', 'tables, views and sequences')}, "
            "none of them open to PUBLIC"
        )


def _on_relations(catalog: Catalog) -> Iterator[_Grant]:
    relations: Iterable[CatalogObject] = (*catalog.tables, *catalog.views, *catalog.sequences)
    for one in relations:
        letters = grants_of(one).get(PUBLIC, "")
        # Without a policy row security shows nothing at all.
        if letters and not (isinstance(one, Table) and one.has_row_security):
            rights = _rights(letters)
            yield _Grant(
                where=one.identity.removeprefix("public."),
                rights=rights,
                on=f"the {one.kind}",
                revoke=f"REVOKE {rights} ON {grantable(one)} FROM PUBLIC",
            )


def _on_columns(catalog: Catalog) -> Iterator[_Grant]:
    for one in catalog.columns:
        letters = grants_of(one).get(PUBLIC, "")
        table = catalog.table(*one.table)
        if letters and not (table and table.has_row_security):
            name = quote_identifier(one.name)
            each = ", ".join(f"{right} ({name})" for right in _rights(letters).split(", "))
            yield _Grant(
                where=one.identity.removeprefix("public."),
                rights=_rights(letters),
                on="the column",
                revoke=f"REVOKE {each} ON TABLE {one.table} FROM PUBLIC",
            )


def _on_schemas(catalog: Catalog) -> Iterator[_Grant]:
    for one in catalog.schemas:
        is_default = one.name == "public" and catalog.server_version < CLOSED_SINCE
        if "C" in grants_of(one).get(PUBLIC, "") and not is_default:
            yield _Grant(
                where=one.identity,
                rights="CREATE",
                on="the schema, so that it puts tables and functions before others' eyes",
                revoke=f"REVOKE CREATE ON SCHEMA {one.identity} FROM PUBLIC",
            )


def _in_future(catalog: Catalog) -> Iterator[_Grant]:
    for one in catalog.default_privileges:
        letters = grants_of(one).get(PUBLIC, "")
        if letters and one.objects in ("tables", "sequences"):
            place = f" IN SCHEMA {quote_identifier(one.schema)}" if one.schema else ""
            alter = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote_identifier(one.role)}{place}"
            yield _Grant(
                where=one.identity,
                rights=_rights(letters),
                on=f"every one of the {one.objects} that {one.role} will make",
                revoke=f"{alter} REVOKE {_rights(letters)} ON {one.objects.upper()} FROM PUBLIC",
            )


def _rights(letters: str) -> str:
    return ", ".join(RIGHTS[letter] for letter in letters.replace("*", ""))
