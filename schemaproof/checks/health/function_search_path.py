"""
Report functions that run with their owner's rights and look names up where their caller says.

SECURITY DEFINER lends the caller the owner's rights. Without a search_path of its own the function
looks for its tables, functions and operators where the caller's search_path points: who may call it
puts his own in front. With one that does not name pg_temp, temporary tables come first all the
same. Without SECURITY DEFINER the caller deceives nobody but himself.

Source: https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.catalog import Catalog, Function, quote_identifier
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.drift._mending.access import PUBLIC, grants_of
from schemaproof.checks.drift._mending.references import grantable
from schemaproof.checks.health._telling import count, mended

SETTING = "search_path="
SCHEMA = re.compile(r'"(?:[^"]|"")*"|[^,\s]+')
# What they call is bound by address, or was bound when they were made.
COMPILED = frozenset({"c", "internal"})
BOUND = ("BEGIN ATOMIC", "RETURN ")
TRIGGERS = frozenset({"trigger", "event_trigger"})


@check("health/function-search-path")
def function_search_path(catalog: Catalog) -> Iterator[Yielded]:
    lending = [one for one in catalog.functions if one.is_security_definer]
    safe = True
    for one in lending:
        found = _found(one, catalog)
        if found is not None:
            safe = False
            yield _violation(one, found)
    if safe:
        yield Evidence(
            seen=f"{count(len(lending), 'function')} of {len(catalog.functions)} run with their "
            "owner's rights, and none looks names up where its caller says"
        )


def _found(one: Function, catalog: Catalog) -> str | None:
    if one.language in COMPILED or _is_bound(one) or not _others_run_it(one):
        return None
    path = _path(one)
    if path is None:
        return "has no search_path of its own"
    writable = [schema for schema in path if _anybody_creates_in(schema, catalog)]
    if writable:
        return f"looks in {writable[0]}, where everybody may create"
    # Nothing but pg_catalog can be meant without a schema, and that is named in full elsewhere.
    if {*path} <= {"pg_catalog"} or path[-1] == "pg_temp":
        return None
    if "pg_temp" in path:
        return "looks among temporary tables before its own"
    return "looks among temporary tables first, since its search_path does not name pg_temp"


def _is_bound(one: Function) -> bool:
    return one.language == "sql" and (one.source or "").startswith(BOUND)


def _others_run_it(one: Function) -> bool:
    # A trigger fires whoever writes, and asks for no right to it.
    if one.result in TRIGGERS:
        return True
    return any(role != one.owner for role, letters in grants_of(one).items() if "X" in letters)


def _path(one: Function) -> list[str] | None:
    setting = next((each for each in one.settings if each.startswith(SETTING)), None)
    if setting is None:
        return None
    found = SCHEMA.findall(setting.removeprefix(SETTING))
    names = (name[1:-1].replace('""', '"') if name.startswith('"') else name for name in found)
    return [name for name in names if name]


def _anybody_creates_in(schema: str, catalog: Catalog) -> bool:
    found = (one for one in catalog.schemas if one.name == schema)
    return any("C" in grants_of(one).get(PUBLIC, "") for one in found)


def _violation(one: Function, found: str) -> Violation:
    schemas = dict.fromkeys(["pg_catalog", quote_identifier(one.schema), "pg_temp"])
    alter = f"ALTER {grantable(one)} SET search_path = {', '.join(schemas)}"
    return Violation(
        where=one.identity.removeprefix("public."),
        found=f"it is SECURITY DEFINER, runs as {one.owner}, and {found}",
        because="who may run it, or write where it is a trigger, puts a table or function of his "
        f"own before those that it means, and has {one.owner}'s rights",
        fix=mended(alter) + "; leave out schemas in which others may create.",
    )
